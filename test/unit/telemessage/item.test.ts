import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Readable } from 'node:stream';
import { readItem } from '../../../src/telemessage/item.ts';
import { CONTEXT, eml, inPieces, read, smsHeader } from './emails.ts';

function typed(type: string | null, more: Record<string, string | null> = {}) {
  return smsHeader({ 'X-TELEMESSAGE-MessageType': type, ...more });
}

async function item(header: string[], ...body: string[]) {
  return (await read(eml(...header, '', ...body))).item;
}

const WITH_MEDIA = { 'Content-Type': 'multipart/mixed; boundary=b' };
const MEDIA = ['--b', 'Content-Type: image/png', '', 'x', '--b--'];

describe('the kind of an item', () => {
  const kinds: [string | null, string, string][] = [
    ['SMS', 'sms', 'sms'],
    ['pager-message', 'sms', 'sms'],
    ['MMS', 'mms', 'mms'],
    ['multimedia-message', 'mms', 'mms'],
    ['call-log', 'call', 'call'],
    ['voice-call', 'call', 'call'],
    ['video-call', 'call', 'call'],
    ['Call', 'call', 'call'],
    ['event', 'sms', 'mms'],
    ['app-message', 'sms', 'mms'],
    ['Story', 'sms', 'mms'],
    ['Unknown', 'sms', 'mms'],
    [null, 'sms', 'mms'],
  ];
  for (const [type, bare, withMedia] of kinds) {
    it(`is ${bare} for type ${type}, and ${withMedia} with media`, async () => {
      assert.equal((await item(typed(type), 'x')).kind, bare);
      assert.equal((await item(typed(type, WITH_MEDIA), ...MEDIA)).kind, withMedia);
    });
  }

  it('is read though a stray colon follows the header name', async () => {
    const header = [...typed(null), 'X-TELEMESSAGE-MessageType:: MMS'];

    const { kind, sourceHeaders } = await item(header, 'x');

    assert.equal(kind, 'mms');
    assert.deepEqual(sourceHeaders.at(-1), { name: 'X-TELEMESSAGE-MessageType', value: 'MMS' });
  });
});

describe('an edit or deletion', () => {
  const cases: [string, string, string, string | null][] = [
    ['EDIT-77', 'x', 'edit', '77'],
    ['DELETE_FOR_ME-77', 'x', 'delete-for-me', '77'],
    ['DELETE_FOR_ALL-77', 'x', 'delete-for-all', '77'],
    ['9', 'DELETED For All READ SMS message from A to B', 'delete-for-all', null],
    ['9', 'DELETED For Me UNKNOWN SMS message from A to B', 'delete-for-me', null],
    ['9', 'EDIT UNREAD SMS message from A to B', 'edit', null],
    ['9', 'STATUS - DELETED For All READ SMS message from A to B', 'delete-for-all', null],
    ['9', 'STATUS - EDIT READ SMS message from A to B', 'edit', null],
  ];
  for (const [id, subject, event, original] of cases) {
    it(`is told by id ${id} and subject "${subject}"`, async () => {
      const found = await item(
        typed('event', { Subject: subject, 'X-TELEMESSAGE-ArchiveMessageID': id }),
        'x',
      );

      assert.equal(found.event, event);
      assert.equal(found.sourceId, id);
      assert.equal(found.originalSourceId, original);
    });
  }

  it('points at the original that its text names', async () => {
    const deleted = typed('event', { Subject: 'DELETED For All READ x' });
    const edited = typed('event', { Subject: 'EDIT READ x' });

    const ids = [
      (await item(deleted, 'Original Message (Msg ID - 17_a)', 'Hello')).originalSourceId,
      (await item(edited, 'Previous Text:', 'a', 'Original Message ID: 18_b')).originalSourceId,
    ];

    assert.deepEqual(ids, ['17_a', '18_b']);
  });

  const misleading: [string, string, string[], string][] = [
    [
      'an edit, in its old text',
      'EDIT-1',
      ['Previous Text: x', 'ORIGINAL', 'Edited Text: y', 'REAL'],
      '1699',
    ],
    [
      'an edit, in its new text',
      'EDIT-1',
      ['Previous Text: x', 'Edited Text: y', 'ORIGINAL', 'REAL'],
      '1699',
    ],
    ['an edit that names none', 'EDIT-1', ['Previous Text: x', 'ORIGINAL', 'Edited Text: y'], '1'],
    [
      'an edit, on the next line',
      'EDIT-1',
      ['Edited Text: y', 'Original Message ID:', '1699'],
      '1699',
    ],
    [
      'a deletion',
      'DELETE_FOR_ALL-1',
      ['Original Message (Msg ID - 1699)', 'ORIGINAL', 'Original Message (Msg ID - 6666)'],
      '1699',
    ],
    ['a deletion that names none', 'DELETE_FOR_ME-1', ['ORIGINAL'], '1'],
  ];
  for (const [what, id, lines, original] of misleading) {
    it(`points at its own original and at none that a text names: ${what}`, async () => {
      const body = lines.map((line) =>
        line
          .replace('ORIGINAL', 'Original Message ID: 6666')
          .replace('REAL', 'Original Message ID: 1699'),
      );

      const found = await item(typed('event', { 'X-TELEMESSAGE-ArchiveMessageID': id }), ...body);

      assert.equal(found.originalSourceId, original);
    });
  }

  it('is neither for a system event, nor for a text that speaks of one', async () => {
    assert.equal((await item(typed('event'), 'SIM removed')).event, 'system');
    const { event, originalSourceId } = await item(typed('SMS'), 'Original Message ID: 1');
    assert.deepEqual([event, originalSourceId], [null, null]);
  });
});

describe('an item', () => {
  it('knows its group by header, else by subject', async () => {
    const subject = { Subject: 'App message from A to chat group Deal team' };

    assert.equal((await item(typed('SMS', subject), 'x')).groupName, 'Deal team');
    const named = { ...subject, 'X-TELEMESSAGE-GROUP_NAME': '=?utf-8?Q?B=C3=A4r?=' };
    assert.equal((await item(typed('SMS', named), 'x')).groupName, 'Bär');
  });

  it('says that it is encrypted, and keeps its text as it is', async () => {
    const found = await item(typed('SMS', { 'X-TELEMESSAGE-ENC-KEY-ID': 'k' }), 'c2VjcmV0');

    assert.equal(found.isEncrypted, true);
    assert.equal(found.text, 'c2VjcmV0');
  });

  it('says that it is encrypted when a part of it is', async () => {
    const header = smsHeader({ 'Content-Type': 'multipart/mixed; boundary=b' });
    const key = 'X-TELEMESSAGE-ENC-DATAKEY: k';
    const forms = [
      ['--b', 'Content-Type: text/plain', key, '', 'c2VjcmV0', '--b--', ''],
      ['--b', 'Content-Type: image/png', key, '', 'x', '--b--', ''],
      ['--b', 'Content-Type: multipart/mixed; boundary=c', key, '', '--c', '', 'x', '--b--', ''],
    ];

    for (const parts of forms) {
      assert.equal((await read(eml(...header, '', ...parts))).item.isEncrypted, true);
    }
  });

  it('says that the vendor removed files', async () => {
    const found = await item(
      typed('MMS'),
      'Total attachments size 31MB exceeds the 25MB maximum attachment size limit.',
      'video.mp4',
      'were removed',
    );

    assert.equal(found.hasFilesRemovedAtSource, true);
    assert.equal(
      (await item(typed('SMS'), 'The files were removed')).hasFilesRemovedAtSource,
      false,
    );
  });

  it('may have an empty subject and an empty text', async () => {
    const found = await item(typed('SMS', { Subject: null }));

    assert.deepEqual([found.subject, found.text], ['', '']);
  });

  it('keeps the headers of the vendor in their order, decoded', async () => {
    const header = typed('SMS', {
      'X-TELEMESSAGE-ThreadName': '=?utf-8?B?4oKs?=',
      'X-TELEMESSAGE-OriginalMesageIntegrity': 'a\r\n b',
    });

    const { sourceHeaders } = await item(header, 'x');

    assert.deepEqual(sourceHeaders.slice(2), [
      { name: 'X-TELEMESSAGE-ThreadName', value: '€' },
      { name: 'X-TELEMESSAGE-OriginalMesageIntegrity', value: 'a b' },
    ]);
  });

  for (const name of ['From', 'To', 'RCPT_TO', 'Date']) {
    it(`can be read when ${name} alone is there`, async () => {
      const value = name === 'Date' ? 'Sat, 21 Nov 2026 09:15:42 +0000' : 'alice@example.com';

      const found = await readItem(inPieces(eml(`${name}: ${value}`, '', 'x')), CONTEXT);

      assert.equal(found.problem, null);
    });
  }

  const levels = (count: number) =>
    Array.from({ length: count - 1 }, (_, number) => [
      `Content-Type: multipart/mixed; boundary=b${number}`,
      '',
      `--b${number}`,
    ]).flat();
  const nested = (count: number) =>
    eml(
      ...smsHeader({ 'Content-Type': null }),
      ...levels(count),
      'Content-Type: text/plain',
      '',
      'x',
    );

  const unreadable: [string, Buffer][] = [
    ['a text without headers', Buffer.from('Hello\r\n\r\nWorld')],
    ['bytes', Buffer.from([0, 1, 2, 255, 254, 13, 10, 13, 10, 7])],
    ['headers of which none is needed', eml('Subject: x', '', 'x')],
    ['a blank line before its headers', eml('', ...smsHeader(), '', 'x')],
    ['headers of more than 1 MB', eml(...smsHeader(), `X: ${'y'.repeat(1_100_000)}`, '', 'x')],
    [
      'many headers of more than 1 MB',
      eml(...smsHeader(), ...Array<string>(20_000).fill(`X: ${'y'.repeat(60)}`), '', 'x'),
    ],
    [
      'part headers of more than 1 MB',
      eml(...smsHeader(WITH_MEDIA), '', '--b', `X: ${'y'.repeat(1_100_000)}`, '', 'x'),
    ],
    ['more than 100 levels', nested(101)],
    ['thousands of levels', nested(5000)],
  ];
  for (const [what, bytes] of unreadable) {
    it(`that is ${what} is unreadable and keyed by its raw bytes`, async () => {
      const found = await readItem(inPieces(bytes, 50_000), CONTEXT);
      const again = await readItem(inPieces(bytes, 7001), CONTEXT);
      const other = await readItem(inPieces(Buffer.concat([bytes, bytes]), 50_000), CONTEXT);

      assert.equal(found.problem, 'unreadable');
      assert.equal(again.itemKey, found.itemKey);
      assert.notEqual(other.itemKey, found.itemKey);
    });
  }

  it('may have 1,200 attachments', async () => {
    const media = Array<string>(1200).fill('--b\r\nContent-Type: image/png\r\n\r\nx');

    const found = await read(eml(...smsHeader(WITH_MEDIA), '', ...media, '--b--'));

    assert.equal(found.item.attachments.length, 1200);
  });

  it('may be nested 100 levels deep', async () => {
    assert.equal((await read(nested(100))).item.text, 'x');
  });

  it('fails with what its source fails with', async () => {
    const source = Readable.from(
      (async function* () {
        yield eml(...smsHeader(), '', 'x');
        throw new Error('connection lost');
      })(),
      { objectMode: false },
    );

    await assert.rejects(readItem(source, CONTEXT), /connection lost/u);
  });
});
