import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Item } from '../../../src/domain/item.ts';
import { composeMessage } from '../../../src/message/compose.ts';
import { aCall, aFile, ALICE, anMms, anSms, bytesOf, OPTIONS } from './items.ts';

const compose = (item: Item, over: Partial<typeof OPTIONS> = {}) =>
  composeMessage(item, { ...OPTIONS, ...over });
const subjectOf = (item: Item) => compose(item).subject;
const A = 'Alice Example (+447700900123)';
const B = 'Bob Example (+447700900124)';

suite('the subject', () => {
  test("is the vendor's own when it has one", () => {
    assert.equal(
      subjectOf(anSms({ subject: 'STATUS - SMS message from 1 to 2' })),
      'STATUS - SMS message from 1 to 2',
    );
  });

  test("is built by the vendor's grammar when it has none", () => {
    assert.equal(subjectOf(anSms({ subject: ' \r\n' })), `SMS message from ${A} to ${B}`);
    assert.equal(subjectOf(anMms([], { subject: '' })), `MMS message from ${A} to ${B}`);
    assert.equal(
      subjectOf(anSms({ subject: '', groupName: 'Desk 4' })),
      `SMS message from ${A} to chat group Desk 4`,
    );
    assert.equal(subjectOf(aCall()), `voice call from ${A} to ${B}`);
    assert.equal(subjectOf(aCall({ medium: 'video' })), `video call from ${A} to ${B}`);
    assert.equal(
      subjectOf(anSms({ subject: '', parties: [] })),
      'SMS message from unknown to unknown',
    );
  });

  test('calls a missed or rejected call unanswered, and no other', () => {
    const unanswered = ['missed', 'rejected', 'unanswered'] as const;
    const other = [
      'answered',
      'failed',
      'voicemail',
      'busy',
      'blocked',
      'answered-externally',
      null,
    ] as const;

    for (const status of unanswered)
      assert.match(subjectOf(aCall({ status })), /^unanswered voice call from /);
    for (const status of other) assert.match(subjectOf(aCall({ status })), /^voice call from /);
  });

  test('says what was edited or deleted, and whether it had been read', () => {
    const read = [{ name: 'x-telemessage-STATUS', value: 'Read' }];

    assert.match(
      subjectOf(anSms({ subject: '', event: 'edit' })),
      /^EDIT UNKNOWN SMS message from /,
    );
    assert.match(
      subjectOf(anSms({ subject: '', event: 'edit', sourceHeaders: read })),
      /^EDIT READ SMS /,
    );
    assert.match(
      subjectOf(anSms({ subject: '', event: 'delete-for-all' })),
      /^DELETED For All UNKNOWN SMS /,
    );
    assert.match(
      subjectOf(anSms({ subject: '', event: 'delete-for-me' })),
      /^DELETED For Me UNKNOWN SMS /,
    );
  });

  test('is cut at 255 characters, never within one, and says so', () => {
    const ofPairs = subjectOf(anSms({ subject: `x${'📄'.repeat(200)}` }));

    assert.equal(ofPairs.length, 254);
    assert.ok(ofPairs.isWellFormed());
    assert.ok(ofPairs.endsWith('📄…'));
    assert.equal(subjectOf(anSms({ subject: 'y'.repeat(256) })), `${'y'.repeat(254)}…`);
    assert.equal(subjectOf(anSms({ subject: 'y'.repeat(255) })), 'y'.repeat(255));
  });

  test('shows what would mislead its reader', () => {
    const subject = 'pay\u202egpj.exe\u0000 \u2066now\u2069\r\nBcc: x\u200b';

    assert.equal(subjectOf(anSms({ subject })), 'pay[U+202E]gpj.exe[U+0000] now Bcc: x');
    const tags =
      'a\u{e0042}\u{e0055}\u{e0059} 🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}';
    assert.equal(
      subjectOf(anSms({ subject: tags })),
      'a[U+E0042][U+E0055][U+E0059] 🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}',
    );
  });
});

suite('the parties', () => {
  test('have name and number in sight, and their own address', () => {
    const { from, to } = compose(anSms());

    assert.deepEqual(from, { name: A, address: 'alice@example.com' });
    assert.deepEqual(to, [{ name: B, address: 'bob@example.com' }]);
  });

  test('without an address get one that is never delivered', () => {
    const of = (
      number: string | null,
      numberClass: 'e164' | 'alphanumeric' | 'withheld' = 'e164',
    ) =>
      compose(anSms({ parties: [{ ...ALICE, number, numberClass, name: null, address: null }] }))
        .from;

    assert.deepEqual(of('+447700900123'), {
      name: '+447700900123',
      address: '447700900123@number.invalid',
    });
    assert.deepEqual(of('85500'), { name: '85500', address: '85500@number.invalid' });
    assert.deepEqual(of('O2-UK', 'alphanumeric'), {
      name: 'O2-UK',
      address: 'O2-UK@number.invalid',
    });
    assert.deepEqual(of(null, 'withheld'), {
      name: 'number withheld',
      address: 'withheld@number.invalid',
    });
    assert.deepEqual(of(null), { name: 'unknown', address: 'unknown@number.invalid' });
    assert.match(of('Банк', 'alphanumeric').address, /^id-[0-9a-f]{16}@number\.invalid$/);
  });

  test('may be absent: the message is valid all the same', () => {
    const { from, to } = compose(anSms({ parties: [] }));

    assert.deepEqual(from, { name: 'unknown sender', address: 'unknown@number.invalid' });
    assert.deepEqual(to, []);
  });
});

suite('the body', () => {
  test('opens with a table of what is known', () => {
    const call = {
      status: 'rejected',
      statusAsSent: 'Rejected Call',
      durationSeconds: 3_725,
    } as const;
    const { text } = compose(
      aCall(call, { threadId: 't\r\n1', groupName: 'Desk 4', at: '2026-06-23T23:30:00Z' }),
    );

    assert.deepEqual(text.trimEnd().split('\r\n'), [
      'Kind:                 Voice call',
      'Direction:            Outbound',
      'From:                 +447700900123, Alice Example, alice@example.com',
      'To:                   +447700900124, Bob Example, bob@example.com',
      'Group:                Desk 4',
      'Thread id:            t 1',
      'Time (UTC):           2026-06-23 23:30:00 UTC',
      'Time (Europe/London): 2026-06-24 00:30:00 BST',
      'Status:               Rejected (as sent: Rejected Call)',
      'Duration:             01:02:05',
      'Source id:            1700000000123',
    ]);
  });

  test('follows the clocks of the United Kingdom to the second', () => {
    const london = (at: string) => /London\): (.*)\r/.exec(compose(anSms({ at })).text)![1];

    assert.equal(london('2026-03-29T00:59:59Z'), '2026-03-29 00:59:59 GMT');
    assert.equal(london('2026-03-29T01:00:00Z'), '2026-03-29 02:00:00 BST');
    assert.equal(london('2026-10-25T00:59:59Z'), '2026-10-25 01:59:59 BST');
    assert.equal(london('2026-10-25T01:00:00Z'), '2026-10-25 01:00:00 GMT');
    assert.equal(london('2026-12-31T00:00:00Z'), '2026-12-31 00:00:00 GMT');
  });

  test('shows a date that could not be used, as it was sent', () => {
    const { text } = compose(
      anSms({ timeFlag: 'thousandfold', dateAsSent: 'Thu, 1 Jan 57300 00:00:00 +0000' }),
    );

    assert.match(text, /^Original date: +Thu, 1 Jan 57300 00:00:00 \+0000\r$/m);
    assert.match(text, /^Note: .*thousandfold.*stands at 00:00 UTC/m);
    assert.match(
      compose(anSms({ timeFlag: 'missing', dateAsSent: null })).text,
      /^Original date: +none\r$/m,
    );
  });

  test('notes an encrypted text, removed files, an unknown character set and a recording that did not come', () => {
    assert.match(compose(anSms({ isEncrypted: true })).text, /^Note: +The text is encrypted/m);
    assert.match(
      compose(anSms({ hasFilesRemovedAtSource: true })).text,
      /^Note: +Files were removed/m,
    );
    const charset = `x-\u202e${'y'.repeat(99)}`;
    assert.match(
      compose(anSms({ unknownCharset: charset })).text,
      /^Note: +The item says that its character set is x-.{1,40}, which is not known/m,
    );
    assert.match(compose(aCall()).text, /^Note: .*no recording came with it/m);
    assert.doesNotMatch(compose(aCall({ status: 'missed', durationSeconds: 0 })).text, /^Note:/m);
  });

  test('holds the text exactly as it was sent, apart from the table', () => {
    const sent =
      '  two  spaces\r\n\r\n\u202eevil\u202c\ttab\u0007 <b>&amp;</b> عربي 🏴\u{E0067}\u{E007F}  ';
    const { text, html } = compose(anSms({ text: sent }));

    assert.ok(text.endsWith(`\r\n\r\n${sent}\r\n`));
    const shown = /<pre dir="auto"[^>]*>\n([^]*)<\/pre>/.exec(html)![1]!;
    assert.equal(unescaped(shown), sent.replace('\u0007', '\u2407'));
    assert.doesNotMatch(html, /<b>/);
  });

  test('notes whatever turns its letters around, and letters that are never seen', () => {
    const notesOf = (text: string) => compose(anSms({ text })).text.match(/^Note: .*$/gm) ?? [];

    assert.match(notesOf('a\u2067b\u2069\u202dc\u202c\u202d')[0] ?? '', /\(U\+202D, U\+2067\)/);
    assert.match(notesOf('a\u{e0042}')[0] ?? '', /letters that are never seen/);
    assert.deepEqual(notesOf('عربي \u202d+44 (0)7700-900\u202c'), []);
    for (const code of ['\u202b', '\u202d', '\u202e', '\u2067']) {
      assert.equal(notesOf(`a${code}b`).length, 1);
    }
    assert.deepEqual(
      notesOf(
        'שלום \u2068a\u2069 \u2066b\u2069 \u202ac\u202c 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
      ),
      [],
    );
  });

  test('notes each doubt about its text', () => {
    const doubts = ['unparted', 'no-blank-line', 'not-base64', 'markup', 'alternatives'] as const;
    for (const doubt of doubts) {
      assert.match(compose(anSms({ textDoubts: [doubt] })).text, /^Note: +\S+/m, doubt);
    }
  });

  test('tells a status that is not known in the words of the vendor', () => {
    const statusOf = (status: null | 'answered-externally', statusAsSent: string) =>
      /^Status: +(.*)\r$/m.exec(compose(aCall({ status, statusAsSent })).text)![1];

    assert.equal(statusOf(null, '17'), 'Unknown (as sent: 17)');
    assert.equal(statusOf('answered-externally', 'Answered Externally'), 'Answered externally');
    assert.equal(statusOf('answered-externally', '8'), 'Answered externally (as sent: 8)');
  });
});

suite('the attachments', () => {
  const namesOf = (names: (string | null)[], contentType = 'image/jpeg') =>
    compose(anMms(names.map((name) => aFile({ name, contentType })))).attachments.map(
      ({ name }) => name,
    );

  test('keep their own names when these are safe', () => {
    assert.deepEqual(namesOf(['IMG_0001.JPG', 'фото (1).jpg', "l'été, 50%.png"]), [
      'IMG_0001.JPG',
      'фото (1).jpg',
      "l'été, 50%.png",
    ]);
  });

  test('lose paths, controls, direction marks and what disks refuse', () => {
    const hostile = [
      '../../etc/passwd',
      'C:\\x\\y.doc',
      'a\u202egpj.exe',
      'a\r\nb?=.jpg',
      '=?utf-8?Q?x?=',
      '..',
      'nul.txt',
    ];

    assert.deepEqual(namesOf(hostile), [
      'passwd',
      'y.doc',
      'a[U+202E]gpj.exe',
      'a b_=.jpg',
      '=_utf-8_Q_x_=',
      'image.jpg',
      '_nul.txt',
    ]);
  });

  test('get a counter on a clash, letter case apart', () => {
    assert.deepEqual(namesOf(['a.jpg', 'A.JPG', 'a (2).jpg', 'a.jpg']), [
      'a.jpg',
      'A (2).JPG',
      'a (2) (2).jpg',
      'a (3).jpg',
    ]);
  });

  test('without a name are named by kind and type', () => {
    const recording = (contentType: string) =>
      compose({ ...anMms([aFile({ name: null, contentType })]), kind: 'call' }).attachments[0]!
        .name;

    assert.equal(recording('audio/mpeg'), 'recording.mp3');
    assert.equal(recording('audio/wav'), 'recording.wav');
    assert.equal(recording('audio/3gp'), 'recording.3gp');
    assert.deepEqual(namesOf([null, '', null]), ['image.jpg', 'image (2).jpg', 'image (3).jpg']);
    assert.deepEqual(namesOf([null], 'text/x-vCard; charset=utf-8'), ['contact.vcf']);
    assert.deepEqual(namesOf([null], 'application/x-unheard-of'), ['attachment.bin']);
  });

  test('with a name too long keep its beginning and its extension', () => {
    const [name] = namesOf([`${'я'.repeat(400)}.jpeg`]);

    assert.equal(Buffer.byteLength(name!), 199);
    assert.match(name!, /^я+\.jpeg$/);
  });

  test('keep their types, save those that are no type or would be taken apart', () => {
    const typeOf = (contentType: string) =>
      compose(anMms([aFile({ contentType })])).attachments[0]!.contentType;

    assert.equal(typeOf('Audio/MPEG; rate=8000'), 'audio/mpeg');
    assert.equal(typeOf('message/rfc822'), 'application/octet-stream');
    assert.equal(typeOf('multipart/mixed; boundary=x'), 'application/octet-stream');
    assert.equal(typeOf('image'), 'application/octet-stream');
  });

  test('too large together lose the largest, one after another, until the rest fits', () => {
    const files = [300, 900, 500, 200].map((size) =>
      aFile({ name: `${String(size)}.jpg`, bytes: bytesOf(size) }),
    );
    const limited = (maxItemBytes: number) => compose(anMms(files), { maxItemBytes });
    const sizes = (list: readonly { sizeBytes: number }[]) =>
      list.map(({ sizeBytes }) => sizeBytes);

    assert.deepEqual(sizes(limited(1_900).omitted), []);
    assert.deepEqual(sizes(limited(1_899).omitted), [900]);
    assert.deepEqual(sizes(limited(500).attachments), [300, 200]);
    assert.deepEqual(sizes(limited(500).omitted), [900, 500]);
    assert.deepEqual(sizes(limited(0).omitted), [900, 500, 300, 200]);
  });

  test("that are left out for a mailbox's sake do not rename the others", () => {
    const files = [aFile(), aFile({ bytes: bytesOf(50) })];
    const { attachments, omitted } = compose(anMms(files), { omit: [0] });

    assert.deepEqual(
      attachments.map(({ position, name }) => [position, name]),
      [[1, 'photo (2).jpg']],
    );
    assert.deepEqual(
      omitted.map(({ position }) => position),
      [0],
    );
  });

  test('that are left out are named with size, digest and where they are kept', () => {
    const files = [aFile({ name: 'film.mp4', contentType: 'video/mp4', bytes: bytesOf(1_234) })];
    const item = anMms(files);
    const { text } = compose(item, { maxItemBytes: 1_000 });

    const { sha256 } = item.attachments[0]!;
    assert.ok(
      text.includes(
        `- film.mp4, video/mp4, 1,234 bytes, SHA-256 ${sha256}, in ${OPTIONS.stagedAt}\r\n`,
      ),
    );
    assert.match(text, /Not in this message, kept in staging:/);
  });
});

test("the headers are the vendor's, with our key and kind", () => {
  const { headers, category, messageId } = compose(
    anSms({ sourceHeaders: [{ name: 'X-TELEMESSAGE-GROUP_NAME', value: 'Büro' }] }),
  );

  assert.deepEqual(headers, [
    { name: 'X-TELEMESSAGE-GROUP_NAME', value: 'Büro' },
    { name: 'X-O2-Archive-Key', value: OPTIONS.itemKey },
    { name: 'X-O2-Archive-Kind', value: 'sms' },
  ]);
  assert.equal(category, 'O2 SMS');
  assert.equal(messageId, `<${OPTIONS.itemKey}@o2-archive.example.com>`);
});

function unescaped(html: string): string {
  return html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
