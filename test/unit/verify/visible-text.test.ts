import assert from 'node:assert/strict';
import test from 'node:test';
import { composeMessage } from '../../../src/message/compose.ts';
import { folded, visibleText } from '../../../src/verify/visible-text.ts';
import { aRead, keyOf } from '../../support/builders.ts';

const OPTIONS = {
  itemKey: keyOf(1),
  messageIdDomain: 'o2-archive.example.com',
  itemClass: 'IPM.Note',
  maxItemBytes: 1_000_000,
  stagedAt: 'packages/2026/11/23/p/1.zip',
};

/** As Exchange gives a body back: in a document of its own, with breaks of its own. */
function asExchange(html: string): string {
  return html
    .replace(/<head>/, '<head>\r\n<meta http-equiv="Content-Type" content="text/html">')
    .replaceAll('<td', '\r\n<td')
    .replaceAll('"', '&quot;')
    .replaceAll(/=&quot;([^&]*)&quot;/g, '="$1"')
    .replaceAll("'", '&#39;')
    .replaceAll('é', '&#xE9;')
    .replaceAll('  ', '&nbsp; ');
}

test('the text that is seen is the same however Exchange wraps and escapes it', () => {
  const text = 'Tea & "cake" at <nine>?  It\'s café.\r\n\ta < b > c &amp; 👍 \u200fشکریہ';
  const { item } = aRead({ text });

  const { html } = composeMessage(item, OPTIONS);

  assert.equal(visibleText(asExchange(html)), visibleText(html));
  assert.ok(visibleText(html).includes(folded(text)));
});

test('controls, which no mail shows, do not make a text another one', () => {
  const text = 'a\u0000b\u0007c\ud800d\u007fe';
  const { item } = aRead({ text });

  const { html } = composeMessage(item, OPTIONS);

  assert.ok(visibleText(html).includes(folded(text)));
});

test('one letter more is another text', () => {
  const seen = (text: string) => visibleText(composeMessage(aRead({ text }).item, OPTIONS).html);

  assert.notEqual(seen('see you at nine'), seen('see you at nines'));
});

test('styles, scripts, comments and unknown entities are read as a browser does', () => {
  const html = '<style>p{}</style><p>a<!-- b -->&unknown;&#99999999;<script>c</script></p>';

  assert.equal(visibleText(html), 'a &unknown;&#99999999;');
});
