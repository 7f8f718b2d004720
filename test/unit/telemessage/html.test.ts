import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eml, read, smsHeader } from './emails.ts';

async function item(html: string) {
  const header = smsHeader({ 'Content-Type': 'text/html; charset=utf-8' });
  return (await read(eml(...header, '', html), 0, 65_536)).item;
}

describe('the text of HTML', () => {
  it('is made from HTML without wrapping or inventing', async () => {
    const words = 'word '.repeat(60).trim();
    const html = `<html><head><title>t</title><style>p{}</style></head><body><!-- c --><h1>Call &amp; text</h1><p>${words}</p><p>a &lt;b&gt; &#163;&#x1F600; &unknown; 1 < 2</p><table><tr><td>x</td><td>y</td></tr></table><a href="https://example.com">link</a><br>end<script>alert(1)</script></body></html>`;

    const { text } = await item(html);

    assert.equal(
      text,
      `Call & text\n\n${words}\n\na <b> £😀 &unknown; 1 < 2\n\nx y\n\nlink <https://example.com>\nend`,
    );
  });

  const shown: [html: string, text: string][] = [
    ['M&uuml;ller caf&eacute; &szlig; &Uuml; &rarr; &frac12; &hearts;', 'Müller café ß Ü → ½ ♥'],
    ['caf&eacute, M&uuml;ller &copy 5 &#163 &#xa3', 'café, Müller © 5 £ £'],
    ['a &unreal; b & c &', 'a &unreal; b & c &'],
    [
      '<a href="https://pay.example/?a=1&amp;b=2">pay here</a> now',
      'pay here <https://pay.example/?a=1&b=2> now',
    ],
    ['<a href="https://example.com/">example.com</a>', 'example.com'],
    ['<a href=mailto:a@example.com>a@example.com</a> <a href="#top">up</a>', 'a@example.com up'],
    [
      '<a href="https://a.example">one<a href="https://b.example">two',
      'one <https://a.example>two <https://b.example>',
    ],
    ['<p title="a>b">text</p>', 'text'],
    ["<p title='a>b' class=x>text</p>", 'text'],
    ['I <3 you, 1 < 2', 'I <3 you, 1 < 2'],
    ['smile <img src="https://e.example/1.png" alt="😀">', 'smile 😀'],
    ['a&nbsp;b', 'a b'],
    ['<html><head><title>t</title><body>BUY at 212', 'BUY at 212'],
    ['<head><style>p{}</style><meta name=a content=b>BUY at 212', 'BUY at 212'],
    ['<noscript>BUY at 212</noscript>', 'BUY at 212'],
    ['<html><head></head><body><p>&nbsp;</p></body></html>', ''],
    ['<html><body><img src="cid:pic"></body></html>', ''],
  ];
  for (const [html, text] of shown) {
    it(`is what HTML says: ${html}`, async () => {
      const found = await item(html);

      assert.deepEqual([found.text, found.textDoubts], [text, []]);
    });
  }

  const unseen: [html: string, text: string][] = [
    ['a<style>p{} BUY at 212', 'a\np{} BUY at 212'],
    ['a<script>x</script>b<template>BUY', 'ab\nBUY'],
    ['a<!-- BUY at 212', 'a BUY at 212'],
    ['a <b and more', 'a <b and more'],
    ['<html><title>BUY</title></html>', '<html><title>BUY</title></html>'],
    ['<img src="https://e.example/BUY.png">', '<img src="https://e.example/BUY.png">'],
    ['<script>BUY</script>', '<script>BUY</script>'],
    ['<buy at 212>', '<buy at 212>'],
    ['<iframe srcdoc=BUY></iframe>', '<iframe srcdoc=BUY></iframe>'],
  ];
  for (const [html, text] of unseen) {
    it(`is also what HTML hides without end, or when it shows nothing: ${html}`, async () => {
      const found = await item(html);

      assert.deepEqual([found.text, found.textDoubts], [text, ['markup']]);
    });
  }

  it('is made from hostile HTML in linear time', async () => {
    const started = performance.now();

    for (const unit of [
      '<',
      '<p',
      '&',
      '<!--',
      '<script>',
      '<b>',
      '</i>',
      '<a href=x>',
      '<p a="',
    ]) {
      await item(unit.repeat(200_000));
    }

    assert.ok(performance.now() - started < 10_000);
  });
});
