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

  it('of no bytes is of no character set that could be wrong', async () => {
    for (const charset of ['UTF-16BE', 'IBM037']) {
      const none = await mixed(
        '--b',
        `Content-Type: text/plain; charset=${charset}`,
        '',
        '--b',
        'Content-Type: image/png',
        '',
        'x',
      );
      assert.deepEqual([none.text, none.unknownCharset], ['', null]);
    }
  });

  it('in UTF-16 too short to tell, in UTF-8 under an unknown name: the note is right', async () => {
    const short = await body('text/plain; charset=utf-16', null, Buffer.from('Hi'));
    const utf8 = await body('text/plain; charset=x-odd', null, Buffer.from('Grüße'));
    const nobodys = await body('text/plain; charset=unknown-8bit', null, Buffer.from('Hi'));
    const sevenBit = await body('text/plain; charset=hz-gb-2312', null, Buffer.from('~{<:Ky~}'));

    assert.deepEqual(
      [short, utf8, nobodys, sevenBit].map(({ unknownCharset }) => unknownCharset),
      ['utf-16', null, null, 'hz-gb-2312'],
    );
  });

  it('of a header in a character set that nobody knows says so too', async () => {
    const header = smsHeader({ Subject: '=?ibm037?Q?=C8=89=93?=' });

    assert.equal((await read(eml(...header, '', 'Hi'))).item.unknownCharset, 'ibm037');
  });

  const types: [type: string, text: string][] = [
    ['text', 'Grüße'],
    ['plain', 'Grüße'],
    ['text/x-plain', 'Grüße'],
    ['text/plain charset=utf-8', 'Grüße'],
    ['TEXT/PLAIN charset="koi8-r"', 'а'],
    ['', 'Grüße'],
    ['text/x-html; charset=utf-8', 'Grüße'],
  ];
  for (const [type, text] of types) {
    it(`under the type ${JSON.stringify(type)} is text all the same`, async () => {
      const bytes = type.includes('koi8-r') ? Buffer.from([0xc1]) : Buffer.from('Grüße');

      const item = await body(type, '8bit', bytes);

      assert.deepEqual([item.text, item.attachments], [text, []]);
    });
  }

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
    ['UTF-7 and is UTF-8', 'utf-7', Buffer.from('Grüße'), 'Grüße'],
    ['UTF-7 and is windows-1252', 'utf-7', Buffer.from([0x93, 0x6f, 0x6b, 0x94]), '“ok”'],
    ['ISO646-US and is UTF-8', 'ISO646-US', Buffer.from('Grüße'), 'Grüße'],
    ['cp367 and is UTF-8', 'cp367', Buffer.from('Grüße'), 'Grüße'],
    ['ANSI_X3.4-1968 and is UTF-8', 'ANSI_X3.4-1968', Buffer.from('Grüße'), 'Grüße'],
    ['latin-1 and is windows-1252', 'latin-1', Buffer.from([0x93, 0x6f, 0x94, 0x80]), '“o”€'],
    ['ISO_8859-1:1987 and is windows-1252', 'ISO_8859-1:1987', Buffer.from([0x80]), '€'],
    ['base-64', 'base-64', Buffer.from('Hi £'), 'Hi £'],
    ['he-x', 'he-x', Buffer.from('abc £'), 'abc £'],
    ['bin-ary', 'bin-ary', Buffer.from('£'), '£'],
    ['UTF-16 and is ASCII', 'utf-16', Buffer.from('Meet me at noon'), 'Meet me at noon'],
    ['UTF-16LE and is ASCII', 'utf-16le', Buffer.from('buy at 212, now.'), 'buy at 212, now.'],
    ['UTF-16 and is UTF-8', 'utf-16', Buffer.from('Grüße an'), 'Grüße an'],
    ['UTF-16LE and is', 'utf-16le', Buffer.from('おたのしみ', 'utf16le'), 'おたのしみ'],
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

  it('is the same item with LF line ends as with CRLF, its files of text too', async () => {
    const card = ['BEGIN:VCARD', 'FN:Ann', 'NOTE:=C3=A4=0A=', 'end', 'END:VCARD', ''];
    const forms = ['7bit', 'quoted-printable', '8bit', 'base64'].map((encoding) => [
      '--b',
      'Content-Type: text/x-vcard; name=a.vcf',
      `Content-Transfer-Encoding: ${encoding}`,
      '',
      ...(encoding === 'base64' ? [Buffer.from(card.join('\n')).toString('base64')] : card),
    ]);
    const inner = ['--b', 'Content-Type: message/rfc822', '', 'Subject: inner', '', 'text'];
    const image = [
      '--b',
      'Content-Type: image/png',
      'Content-Transfer-Encoding: base64',
      '',
      'Cgo=',
    ];
    const lines = [...multipart(), '', ...forms.flat(), ...inner, ...image, '--b--', ''];

    const crLf = await read(eml(...lines), 0, 7);
    const lf = await read(Buffer.from(lines.join('\n')), 0, 11);

    assert.equal(lf.itemKey, crLf.itemKey);
    const sizes = lf.item.attachments.map(({ sizeBytes }) => sizeBytes);
    const sevenBit = card.join('\r\n').length;
    assert.deepEqual([sizes[0], sizes[3], sizes[5]], [sevenBit, card.join('\n').length, 2]);
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
      '<p>The <b>plain</b></p><p>words, again</p>',
      '--c',
      'Content-Type: text/plain',
      '',
      'the PLAIN words (again)',
      '--c--',
    );

    assert.equal(text, 'the PLAIN words (again)');
  });

  it('is both of two alternatives when the HTML says more, and says so', async () => {
    const alternatives = (html: string) => [
      ...multipart('alternative'),
      '',
      '--b',
      'Content-Type: text/html',
      '',
      html,
      '--b',
      'Content-Type: text/plain',
      '',
      'See the HTML version of this message',
      '--b--',
    ];

    const buy = await read(eml(...alternatives('<p>BUY at 212</p>')));
    const sell = await read(eml(...alternatives('<p>SELL at 190</p>')));

    assert.equal(buy.item.text, 'See the HTML version of this message\nBUY at 212');
    assert.deepEqual(buy.item.textDoubts, ['alternatives']);
    assert.notEqual(buy.itemKey, sell.itemKey);
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
