import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shownBody } from '../../../sandbox/tenant/message-body.ts';

function shown(content: string): string {
  const body = shownBody(
    { contentType: 'html', content },
    { isText: false, isUnsafeAllowed: false },
  ).content;
  return /<body>([\s\S]*)<\/body>/.exec(body)?.[1] ?? body;
}

describe('a body that the tenant gives back', () => {
  it('has no handlers of events in its tags', () => {
    assert.equal(
      shown('<p ONCLICK = "a > b" class="c">x</p><img/onerror=alert(1) src=x onload=\'y\'/>'),
      '<p class="c">x</p><img src=x/>',
    );
    assert.equal(shown('<img src=x <b onerror=alert(1)>'), '<img src=x <b>');
  });

  it('keeps text and values that only look like handlers', () => {
    for (const content of [
      '<pre>&lt;img src=x onerror=alert(1)&gt;</pre>',
      '<p>2 < 3, so on = "x" and once=1 stay</p>',
      '<a title=" onclick=x" href="?a=1 onload=2">x</a>',
    ]) {
      assert.equal(shown(content), content);
    }
  });
});
