import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eml, read, smsHeader } from './emails.ts';

/** What the vendor's feed does that an item by itself does not show (docs/source-format.md). */
describe('an item of the feed', () => {
  it('may be one piece of a long message: an item of its own, with its text whole', async () => {
    const piece = (number: string, text: string) =>
      read(
        eml(
          ...smsHeader({
            'X-TELEMESSAGE-PieceNumber': number,
            'X-TELEMESSAGE-TotalPieces': '2',
            'X-TELEMESSAGE-ArchiveMessageID': '1795252542000_447700900101_0',
          }),
          '',
          text,
        ),
      );

    const [first, second] = await Promise.all([piece('1', 'a'.repeat(153)), piece('2', 'b')]);

    assert.notEqual(first.itemKey, second.itemKey);
    assert.deepEqual([first.item.text.length, second.item.text], [153, 'b']);
    const kept = first.item.sourceHeaders.map(({ name }) => name);
    assert.ok(kept.includes('X-TELEMESSAGE-TotalPieces'));
  });

  it('may be a whole thread in one mail: one item, at the time and between the parties of its header', async () => {
    const lines = ['09:14 Alice: one', '09:15 Bob: two', '', '09:20 Alice: three'];
    const { item } = await read(
      eml(...smsHeader({ 'X-TELEMESSAGE-MessageType': null }), '', ...lines),
    );

    assert.equal(item.text, lines.join('\n'));
    assert.deepEqual([item.at, item.parties.length], ['2026-11-21T09:15:42Z', 2]);
  });

  it('may be the backfill of the vendor: one MMS whose zip stays an attachment', async () => {
    const header = smsHeader({
      'X-TELEMESSAGE-MessageType': 'multimedia-message',
      Subject: 'Historic message archiving from 2026-05-01 to 2026-11-01',
      'Content-Type': 'multipart/mixed; boundary=b',
    });
    const zip = ['--b', 'Content-Type: application/zip; name=history.zip', '', 'PK', '--b--', ''];

    const { item } = await read(eml(...header, '', ...zip));

    assert.equal(item.kind, 'mms');
    assert.deepEqual(
      item.attachments.map(({ name, contentType }) => [name, contentType]),
      [['history.zip', 'application/zip']],
    );
  });

  it('may come from the user to themself, as a system event does', async () => {
    const themself = '"447700900101" <alice@example.com>';
    const header = smsHeader({
      From: themself,
      To: themself,
      'X-TELEMESSAGE-MessageType': 'event',
    });

    const { item } = await read(eml(...header, '', 'SIM removed'));

    assert.equal(item.event, 'system');
    assert.deepEqual(
      item.parties.map(({ role, address }) => [role, address]),
      [['from', 'alice@example.com']],
    );
  });

  it('may name a size that is not that of its bytes: every size is measured', async () => {
    const header = smsHeader({
      'X-TELEMESSAGE-AttachSize': '8',
      'X-TELEMESSAGE-TextSize': '77777',
      'Content-Type': 'multipart/mixed; boundary=b',
    });
    const part = ['--b', 'Content-Type: image/png; size=8', 'Content-Transfer-Encoding: base64'];
    const file = [
      ...part,
      'Content-Disposition: attachment; filename=a.png; size=8',
      '',
      'AAECAw==',
    ];

    const { item } = await read(eml(...header, '', ...file, '--b--', ''));

    assert.equal(item.attachments[0]?.sizeBytes, 4);
  });

  it('may cut a character between two encoded words', async () => {
    const bytes = Buffer.from('Tea ☕ at 📄');
    const words = [bytes.subarray(0, 5), bytes.subarray(5, 13), bytes.subarray(13)].map(
      (piece) => `=?utf-8?B?${piece.toString('base64')}?=`,
    );

    const { item } = await read(eml(...smsHeader({ Subject: words.join('\r\n ') }), '', 'x'));

    assert.equal(item.subject, 'Tea ☕ at 📄');
  });

  it('may lie about its own time as 1970 does: a date in the calendar stands', async () => {
    const { item } = await read(
      eml(...smsHeader({ Date: 'Thu, 1 Jan 1970 00:00:00 +0000' }), '', 'x'),
    );

    assert.deepEqual([item.at, item.timeFlag], ['1970-01-01T00:00:00Z', null]);
  });

  it('may name its sender in Sender alone; a machine that sent it is no party', async () => {
    const from = async (fields: Record<string, string | null>) => {
      const { item } = await read(
        eml(...smsHeader({ To: null, RCPT_TO: null, ...fields }), '', 'x'),
      );
      return item.parties.map(({ role, number, address }) => [role, number, address]);
    };
    const machine = {
      Sender: 'Archive <archive@telemessage.example.com>',
      'Return-Path': '<bounce@telemessage.example.com>',
      'Thread-Index': 'AdxbUg==',
    };
    const alice = [['from', '+447700900101', 'alice@example.com']];
    const sender = '"447700900101" <alice@example.com>';

    assert.deepEqual(await from({ From: null, Sender: sender }), alice);
    assert.deepEqual(await from({ From: '', Sender: sender }), alice);
    assert.deepEqual(await from({ ...machine, From: null }), []);
    assert.deepEqual(await from(machine), alice);
    assert.deepEqual(await from({ Sender: '"447700900109" <z@example.com>' }), alice);
  });

  it('may name people in letters that look alike: number and address tell them apart', async () => {
    const to = ['Alice', '\u0410lice', 'Al\u0456ce'].map(
      (name, at) => `"${name} 44770090020${String(at)}" <a${String(at)}@example.com>`,
    );
    const again = '"\u0410lice 447700900200" <a0@example.com>';

    const { item } = await read(eml(...smsHeader({ To: [...to, again].join(', ') }), '', 'x'));

    assert.deepEqual(
      item.parties.slice(1).map(({ number, name }) => [number, name]),
      [
        ['+447700900200', 'Alice'],
        ['+447700900201', '\u0410lice'],
        ['+447700900202', 'Al\u0456ce'],
      ],
    );
  });

  it('may lack a name where another party has one: none moves to its neighbour', async () => {
    const to =
      '"447700900102" <bob@example.com>, "447700900103 Cy" <c@example.com>, "" <d@example.com>';

    const { item } = await read(eml(...smsHeader({ To: to }), '', 'x'));

    assert.deepEqual(
      item.parties.slice(1).map(({ name }) => name),
      [null, 'Cy', null],
    );
  });

  for (const what of [
    'Join',
    'Leave',
    'Remove',
    'Create',
    'Rename',
    'Reaction',
    'DeleteChat',
    'ClearChat',
    'ChangeProfileImage',
  ]) {
    it(`may be the event of a group: ${what}`, async () => {
      const header = smsHeader({
        'X-TELEMESSAGE-MessageType': 'event',
        'X-TELEMESSAGE-GROUP_NAME': 'Deal team',
        Subject: `${what} message from 447700900101 to chat group Deal team`,
      });

      const { item } = await read(eml(...header, '', `${what}: 447700900101`));

      assert.deepEqual([item.event, item.kind, item.groupName], ['system', 'sms', 'Deal team']);
      assert.equal(item.text, `${what}: 447700900101`);
    });
  }

  it('may have isolates that the vendor strips elsewhere: the text stays as it came, and so its key', async () => {
    const [isolated, stripped] = await Promise.all(
      ['to \u2068Bob\u2069', 'to Bob'].map((text) => read(eml(...smsHeader(), '', text))),
    );

    assert.equal(isolated!.item.text, 'to \u2068Bob\u2069');
    assert.notEqual(isolated!.itemKey, stripped!.itemKey);
  });

  it('may have no content type: its body is its text', async () => {
    const { item } = await read(eml(...smsHeader({ 'Content-Type': null }), '', 'Grüße'));

    assert.deepEqual([item.text, item.attachments.length], ['Grüße', 0]);
  });
});
