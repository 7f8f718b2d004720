import assert from 'node:assert/strict';
import { it } from 'node:test';

import { fitted } from '../../../../src/cli/setup/terminal.ts';

it('breaks between words, keeps what is indented, and the words beside a key beside it', () => {
  const text = `Written for those who read it\n\n  own-domains            example.org, example.com, example.net`;

  assert.deepEqual(fitted(text, 46).split('\n'), [
    'Written for those who read it',
    '',
    '  own-domains            example.org,',
    '                         example.com,',
    '                         example.net',
  ]);
  assert.ok(
    fitted('many words '.repeat(50), 80)
      .split('\n')
      .every((line) => line.length <= 77),
  );
});
