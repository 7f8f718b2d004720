import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { Readable } from 'node:stream';
import { openAttachment } from '../../../src/telemessage/item.ts';
import { eml, inPieces, read, smsHeader } from './emails.ts';

const multipart = (type = 'mixed') =>
  smsHeader({ 'Content-Type': `multipart/${type}; boundary=b` });

async function mixed(...lines: string[]) {
  return (await read(eml(...multipart(), '', ...lines, '--b--', ''))).item;
}

describe('an MMS', () => {
  const smil =
    '<smil><body><par><text src="two.txt"/><img src="cid:pic"/></par><par><text src=\'ONE.txt\'/><audio src="a.amr"/></par></body></smil>';
  const parts = [
    '--b',
    'Content-Type: application/smil; name=s.smil',
    '',
    smil,
    '--b',
    'Content-Type: audio/amr',
    'Content-Location: a.amr',
    '',
    'A',
    '--b',
    'Content-Type: text/plain; name=one.txt',
    '',
    'first part',
    '--b',
    'Content-Type: text/plain',
    'Content-Location: two.txt',
    '',
    'second part',
    '--b',
    'Content-Type: image/jpeg',
    'Content-ID: <pic>',
    '',
    'P',
    '--b',
    'Content-Type: text/x-vCard; name=c.vcf',
    '',
    'V',
  ];

  it('has its texts and media in the order of its SMIL document, which is not attached', async () => {
    const { text, attachments } = await mixed(...parts);

    assert.equal(text, 'second part\nfirst part');
    assert.deepEqual(
      attachments.map(({ position, contentType }) => [position, contentType]),
      [
        [1, 'image/jpeg'],
        [0, 'audio/amr'],
        [2, 'text/x-vcard'],
      ],
    );
  });

  it('may come in the multipart of MMS gateways, which is a container and no file', async () => {
    for (const kind of ['related', 'mixed', 'alternative']) {
      const header = smsHeader({
        'Content-Type': `application/vnd.wap.multipart.${kind}; boundary=b`,
      });

      const { item } = await read(eml(...header, '', ...parts.slice(0, 9), '--b--', ''));

      assert.deepEqual(
        item.attachments.map(({ contentType, sizeBytes }) => [contentType, sizeBytes]),
        [['audio/amr', 1]],
      );
    }
  });

  it('may have its SMIL under a wrong type', async () => {
    const { attachments } = await mixed(
      '--b',
      'Content-Type: application/octet-stream; name=x.SMIL',
      '',
      smil,
      '--b',
      '',
      'x',
    );

    assert.deepEqual(attachments, []);
  });

  it('attaches what only calls itself SMIL, and all but the first', async () => {
    const { text, attachments } = await mixed(
      '--b',
      'Content-Type: application/octet-stream; name=hidden.smil',
      '',
      'a secret',
      '--b',
      'Content-Type: application/smil',
      '',
      `<?xml version="1.0"?>\r\n<!-- c -->\r\n${smil}`,
      '--b',
      'Content-Type: application/smil; name=second.smil',
      '',
      smil,
      '--b',
      'Content-Type: text/plain',
      'Content-Location: ONE.txt',
      '',
      'one',
      '--b',
      'Content-Type: text/plain',
      'Content-Location: two.txt',
      '',
      'two',
    );

    assert.equal(text, 'two\none');
    assert.deepEqual(
      attachments.map(({ name, sizeBytes }) => [name, sizeBytes]),
      [
        ['hidden.smil', 8],
        ['second.smil', smil.length],
      ],
    );
  });
});

describe('an attachment', () => {
  const named: readonly (readonly [string, string | null])[] = [
    ['Content-Disposition: attachment; filename="a b.png"', 'a b.png'],
    ["Content-Disposition: attachment; filename*=utf-8''%E2%82%AC.png", '€.png'],
    ["Content-Disposition: attachment; filename*0*=utf-8''%E2%82; filename*1*=%AC.png", '€.png'],
    ['Content-Disposition: attachment; filename="=?utf-8?B?4oKsLnBuZw==?="', '€.png'],
    ['Content-Disposition: attachment; filename="€.png"', '€.png'],
    ['Content-Disposition: inline; filename=../../etc/passwd', '../../etc/passwd'],
    ['Content-Disposition: FORM-DATA; filename=x.png', 'x.png'],
    ['Content-Disposition: inline; filename="=?utf-8?B?4oI=?= =?utf-8?B?rC5wbmc=?="', '€.png'],
    ['Content-Disposition: inline; filename="=?x-unknown?Q?=80.png?="', '€.png'],
    ["Content-Disposition: inline; filename*=windows-1252''%80.png", '€.png'],
    ["Content-Disposition: inline; filename*=utf-8''%3D%3Futf-8%3FQ%3Fa%3F%3D", '=?utf-8?Q?a?='],
    ['Content-Disposition: inline; filename=""', null],
  ];
  for (const [disposition, name] of named) {
    it(`has the name in ${disposition}`, async () => {
      const { attachments } = await mixed('--b', 'Content-Type: image/png', disposition, '', 'x');

      assert.equal(attachments[0]?.name, name);
    });
  }

  it('may have a raw name in windows-1252', async () => {
    const lines = ['--b', 'Content-Type: image/png; name="\u0001uro.png"', '', 'x', '--b--', ''];
    const bytes = eml(...multipart(), '', ...lines)
      .toString('latin1')
      .replace('\u0001', '\u0080');

    const { item } = await read(Buffer.from(bytes, 'latin1'));

    assert.equal(item.attachments[0]?.name, '€uro.png');
  });

  it('keeps the type it was sent with', async () => {
    const { attachments } = await mixed(
      '--b',
      'Content-Type: application/octet-stream; name=a.png',
      '',
      'x',
    );

    assert.equal(attachments[0]?.contentType, 'application/octet-stream');
  });

  it('may have no name, no bytes, or the same name as another', async () => {
    const part = ['--b', 'Content-Type: image/png; name=a.png', '', ''];

    const { attachments } = await mixed(
      ...part,
      ...part,
      '--b',
      'Content-Type: image/png',
      '',
      'x',
    );

    assert.deepEqual(
      attachments.map(({ name, sizeBytes }) => [name, sizeBytes]),
      [
        ['a.png', 0],
        ['a.png', 0],
        [null, 1],
      ],
    );
  });

  it('of no bytes is the same in every encoding, wherever the bytes are cut', async () => {
    const bytes = eml(
      ...multipart(),
      '',
      '--b',
      'Content-Type: image/png',
      '',
      '',
      '--b',
      'Content-Type: image/png',
      'Content-Transfer-Encoding: base64',
      '',
      '',
      '--b',
      'Content-Type: image/png',
      '',
      '',
      '',
      '--b--',
      '',
    );

    for (let pieceBytes = 1; pieceBytes < 60; pieceBytes += 1) {
      const { item } = await read(bytes, 0, pieceBytes);
      const sizes = item.attachments.map(({ sizeBytes }) => sizeBytes);
      assert.deepEqual(sizes, [0, 0, 2], `pieces of ${pieceBytes}`);
    }
  });

  it('may be a message, a text with that disposition, or the whole body', async () => {
    const { attachments, text } = await mixed(
      '--b',
      'Content-Type: message/rfc822',
      '',
      'Subject: inner',
      '',
      'inner text',
      '--b',
      'Content-Type: text/plain',
      'Content-Disposition: attachment; filename=n.txt',
      '',
      'note',
    );
    const { item: whole } = await read(
      eml(
        ...smsHeader({ 'Content-Type': 'audio/mpeg', 'Content-Transfer-Encoding': 'base64' }),
        '',
        'SUQz',
      ),
    );

    assert.equal(text, '');
    assert.deepEqual(
      attachments.map(({ sizeBytes }) => sizeBytes),
      [28, 4],
    );
    assert.deepEqual(
      whole.attachments.map(({ sizeBytes }) => sizeBytes),
      [3],
    );
  });

  it('is whole though the message is cut', async () => {
    const bytes = eml(
      ...multipart(),
      '',
      '--b',
      '',
      'text',
      '--b',
      'Content-Type: image/png',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.alloc(3000, 1).toString('base64'),
    );

    const { item } = await read(bytes);

    assert.equal(item.text, 'text');
    assert.equal(item.attachments[0]?.sizeBytes, 3000);
  });

  const three = eml(
    ...multipart(),
    '',
    '--b',
    'Content-Type: image/png',
    '',
    'x'.repeat(600),
    '--b',
    '',
    'a text between',
    '--b',
    'Content-Type: image/png',
    '',
    'y'.repeat(500),
    '--b',
    'Content-Type: image/png',
    '',
    'z'.repeat(300),
    '--b--',
  );

  it('is kept beside the item while it fits into what may be kept', async () => {
    const { contents } = await read(three, 850);

    assert.deepEqual(
      [...contents].map(([position, bytes]) => [position, bytes.length]),
      [[0, 600]],
    );
    assert.deepEqual([...(await read(three, 2000)).contents.keys()], [0, 1, 2]);
    assert.deepEqual([...(await read(three, 550)).contents.keys()], [1]);
    assert.deepEqual([...(await read(three, 0)).contents.keys()], []);
  });

  it('is opened in a second pass by its position', async () => {
    const bytes = await buffer(await openAttachment(inPieces(three), 1));

    assert.equal(bytes.toString(), 'y'.repeat(500));
  });

  it('that is not there is an error', async () => {
    await assert.rejects(openAttachment(inPieces(three), 3), { code: 'staging-corrupt' });
  });

  it('is streamed without being held, and can be left unread', async () => {
    let sent = 0;
    async function* large() {
      yield eml(...multipart(), '', '--b', 'Content-Type: audio/wav', '', '');
      for (; sent < 500; sent += 1) yield Buffer.alloc(65_536, 'w');
    }
    const stream = await openAttachment(Readable.from(large(), { objectMode: false }), 0);

    for await (const chunk of stream) {
      assert.ok((chunk as Buffer).length > 0);
      break;
    }

    assert.ok(sent < 100, `${sent} blocks were read`);
  });
});
