import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { openAttachment } from '../../../src/telemessage/item.ts';
import { eml, inPieces, read, smsHeader } from './emails.ts';

const multipart = (type = 'mixed') =>
  smsHeader({ 'Content-Type': `multipart/${type}; boundary=b` });

/** The item read from raw bytes of a body under the given content type and encoding. */
async function body(contentType: string | null, encoding: string | null, bytes: Buffer) {
  const header = smsHeader({ 'Content-Type': contentType, 'Content-Transfer-Encoding': encoding });
  return (await read(Buffer.concat([eml(...header, '', ''), bytes]))).item;
}

async function mixed(...lines: string[]) {
  return (await read(eml(...multipart(), '', ...lines, '--b--', ''))).item;
}

describe('text', () => {
  const sets: [string, Buffer, string][] = [
    ['windows-1252', Buffer.from([0x80, 0x93, 0x9c, 0xa3, 0x94]), '€“œ£”'],
    ['iso-8859-1', Buffer.from([0x80, 0xe9]), '€é'],
    ['iso-8859-15', Buffer.from([0xa4]), '€'],
    ['gb18030', Buffer.from([0xc4, 0xe3, 0x81, 0x30, 0x84, 0x36]), '你\u00A5'],
    ['gb2312', Buffer.from([0xc4, 0xe3]), '你'],
    ['Shift_JIS', Buffer.from([0x82, 0xb1]), 'こ'],
    ['cp932', Buffer.from([0x82, 0xb1]), 'こ'],
    ['iso-2022-jp', Buffer.from('\u001b$B$3\u001b(B', 'latin1'), 'こ'],
    ['koi8-r', Buffer.from([0xc1]), 'а'],
    ['utf-16le', Buffer.from('£😀', 'utf16le'), '£😀'],
    ['utf-16be', Buffer.from([0xd8, 0x3d, 0xde, 0x00]), '😀'],
    ['utf-16', Buffer.from('\uFEFFHi £', 'utf16le'), 'Hi £'],
    ['utf-16', Buffer.from([0xfe, 0xff, 0, 0x41]), 'A'],
    ['utf-16', Buffer.from('Hello', 'utf16le'), 'Hello'],
    ['utf-16', Buffer.from([0, 0x48, 0, 0x69]), 'Hi'],
    ['utf-8', Buffer.from('\uFEFF£😀'), '£😀'],
    ['us-ascii', Buffer.from('£'), '£'],
    ['cp850', Buffer.from([0x9c, 0xd5]), '£ı'],
    ['ibm437', Buffer.from([0x9c, 0x81]), '£ü'],
    ['utf-7', Buffer.from('Hi +AKM-1'), 'Hi £1'],
    ['base64', Buffer.from('Hi £'), 'Hi £'],
    ['no-such-set', Buffer.from('£'), '£'],
    ['no-such-set', Buffer.from([0xa3]), '£'],
    ['Shift_JIS', Buffer.from([0x1a, 0x1c, 0x7f, 0x82, 0xb1]), '\u001a\u001c\u007fこ'],
  ];
  for (const [charset, bytes, text] of sets) {
    it(`is decoded from ${charset}: ${text}`, async () => {
      const type = `text/plain; charset="${charset}"`;

      assert.equal((await body(type, '8bit', bytes)).text, text);
      const encoded = Buffer.from(bytes.toString('base64'));
      assert.equal((await body(type, 'BASE64', encoded)).text, text);
    });
  }

  it('in a character set that nobody knows is read as well as can be, and says so', async () => {
    const ebcdic = await body('text/plain; charset=IBM037', null, Buffer.from([0xc8, 0x89, 0x93]));
    const known = await body('text/plain; charset=cp850', null, Buffer.from('Hi'));

    assert.deepEqual([ebcdic.text, ebcdic.unknownCharset], ['È‰“', 'IBM037']);
    assert.equal(known.unknownCharset, null);
  });

  const mislabelled: [string, string, Buffer, string][] = [
    [
      'UTF-8 and is windows-1252',
      'utf-8',
      Buffer.from([0x93, 0x6f, 0x6b, 0x94, 0x20, 0xa3]),
      '“ok” £',
    ],
    ['UTF-8 and has a cut letter', 'utf-8', Buffer.from('ok €').subarray(0, -1), 'ok \ufffd'],
    [
      'UTF-8 and has a damaged byte',
      'utf-8',
      Buffer.concat([Buffer.from('é'), Buffer.from([0xff])]),
      'é\ufffd',
    ],
    ['Shift_JIS and is UTF-8', 'shift_jis', Buffer.from('你好 \u{1F600}'), '你好 \u{1F600}'],
    ['GB2312 and is UTF-8', 'gb2312', Buffer.from('€ Ünï'), '€ Ünï'],
    ['windows-1252 and may be UTF-8', 'windows-1252', Buffer.from('é'), 'Ã©'],
  ];
  for (const [what, charset, bytes, text] of mislabelled) {
    it(`that says ${what} loses no character that can be read`, async () => {
      assert.equal((await body(`text/plain; charset=${charset}`, '8bit', bytes)).text, text);
    });
  }

  it('without a character set is UTF-8 when it can be, else windows-1252', async () => {
    assert.equal((await body(null, null, Buffer.from('£'))).text, '£');
    assert.equal((await body('text/plain', '8bit', Buffer.from([0xa3]))).text, '£');
  });

  it('is decoded from quoted-printable, soft line ends gone', async () => {
    const { text } = await body(
      'text/plain; charset=utf-8',
      'quoted-printable',
      Buffer.from('a=C2=A3 =\r\nb=20\r\n'),
    );

    assert.equal(text, 'a£ b ');
  });

  it('keeps NUL, bidi characters and blank lines', async () => {
    const { text } = await body(
      'text/plain; charset=utf-8',
      '8bit',
      Buffer.from('a\0\u202E\r\n\r\n\r\nb\r\n'),
    );

    assert.equal(text, 'a\0\u202E\n\n\nb');
  });

  it('may have LF line ends everywhere', async () => {
    const bytes = Buffer.from(
      eml(...multipart(), '', '--b', 'Content-Type: text/plain', '', 'a', 'b', '--b--')
        .toString()
        .replaceAll('\r\n', '\n'),
    );

    assert.equal((await read(bytes)).item.text, 'a\nb');
  });

  it('of format=flowed is joined again', async () => {
    const { text } = await body(
      'text/plain; charset=utf-8; format=flowed',
      '7bit',
      Buffer.from('one \r\ntwo\r\n  stuffed\r\n-- \r\nend\r\n'),
    );

    assert.equal(text, 'one two\n stuffed\n-- \nend');
  });

  it('is the plain one of two alternatives', async () => {
    const { text } = await mixed(
      '--b',
      'Content-Type: multipart/alternative; boundary=c',
      '',
      '--c',
      'Content-Type: text/html',
      '',
      '<p>html</p>',
      '--c',
      'Content-Type: text/plain',
      '',
      'plain',
      '--c--',
    );

    assert.equal(text, 'plain');
  });

  it('is the HTML one when the plain one is empty', async () => {
    const { item } = await read(
      eml(
        ...multipart('alternative'),
        '',
        '--b',
        'Content-Type: text/plain',
        '',
        ' ',
        '--b',
        'Content-Type: text/html',
        '',
        '<p>html</p>',
        '--b--',
      ),
    );

    assert.equal(item.text.trim(), 'html');
  });

  it('keeps HTML that is no alternative', async () => {
    const { text } = await mixed(
      '--b',
      '',
      'plain',
      '--b',
      'Content-Type: text/html',
      '',
      '<b>html</b>',
    );

    assert.equal(text, 'plain\nhtml');
  });

  it('is made from HTML without wrapping or inventing', async () => {
    const words = 'word '.repeat(60).trim();
    const html = `<html><head><title>t</title><style>p{}</style></head><body><!-- c --><h1>Call &amp; text</h1><p>${words}</p><p>a &lt;b&gt; &#163;&#x1F600; &unknown; 1 < 2</p><table><tr><td>x</td><td>y</td></tr></table><a href="https://example.com">link</a><br>end<script>alert(1)</script></body></html>`;

    const { text } = await body('text/html; charset=utf-8', '8bit', Buffer.from(html));

    assert.equal(text, `Call & text\n\n${words}\n\na <b> £😀 &unknown; 1 < 2\n\nx y\n\nlink\nend`);
  });

  it('is made from hostile HTML in linear time', async () => {
    const started = performance.now();

    for (const unit of ['<', '<p', '&', '<!--', '<script>', '<b>']) {
      await body('text/html', '8bit', Buffer.from(unit.repeat(200_000)));
    }

    assert.ok(performance.now() - started < 10_000);
  });

  it('of a multipart without a boundary is kept', async () => {
    assert.equal(
      (await body('multipart/mixed', null, Buffer.from('Hello\r\nyou'))).text,
      'Hello\nyou',
    );
  });

  it('of more than a megabyte becomes an attachment', async () => {
    const bytes = Buffer.alloc(1_000_001, 'a line of text\r\n');

    const { text, attachments } = await body('text/plain', '8bit', bytes);
    const most = await body('text/plain', '8bit', Buffer.alloc(1_000_000, 'x'));

    assert.equal(text, '');
    assert.equal(attachments[0]?.sha256, createHash('sha256').update(bytes).digest('hex'));
    assert.deepEqual([most.text.length, most.attachments.length], [1_000_000, 0]);
  });

  it('of many parts is the body up to a megabyte, the rest are attachments that can be opened', async () => {
    const sizes = [600_000, 500_000, 400_000, 1, 0];
    const parts = sizes.map((sizeBytes, at) => String(at).repeat(sizeBytes));
    const bytes = eml(
      ...multipart(),
      '',
      ...parts.flatMap((part) => ['--b', 'Content-Type: text/plain', '', part]),
      '--b--',
      '',
    );

    const { text, attachments } = (await read(bytes, 0, 65_536)).item;

    assert.equal(text, [parts[0], parts[2]].join('\n'));
    assert.deepEqual(
      attachments.map(({ position, sizeBytes }) => [position, sizeBytes]),
      [
        [0, 500_000],
        [1, 1],
      ],
    );
    const second = await openAttachment(inPieces(bytes, 65_536), 1);
    assert.equal(String(await buffer(second)), '3');
  });
});
