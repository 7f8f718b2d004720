import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../../src/domain/message.ts';
import { composeMessage } from '../../../src/message/compose.ts';
import type { File } from './items.ts';
import {
  aCall,
  aFile,
  ALICE,
  anMms,
  anSms,
  attachmentsOf,
  BOB,
  bytesOf,
  OPTIONS,
  render,
  sha256,
} from './items.ts';
import { readByMailparser, readByPostalMime } from './readers.ts';

// The defects of mimetext 3.0.28 by their numbers (docs/adr on composing mail). Each test says what
// the library does by itself, and asserts that a message of ours does not.

test('D1: lines end with CRLF on every machine, not as the host ends them', async () => {
  const raw = await written(anMms([aFile()]), [aFile()]);

  assert.doesNotMatch(raw, /\r(?!\n)|(?<!\r)\n/);
});

test('D2: what says base64 is base64, not a label over plain text', async () => {
  const { text } = await read(anSms({ text: 'price=41 hello' }));

  assert.match(text, /price=41 hello/);
});

test('D3: text outside ASCII does not travel as 7bit', async () => {
  const raw = await written(anSms({ text: 'Grüße 📄' }));

  assert.match(raw, /^[\x20-\x7e\r\n]*$/);
  assert.doesNotMatch(raw, /7bit/);
});

test('D4: a line of text of any length is cut into lines of at most 998 characters', async () => {
  const raw = await written(anSms({ text: 'x'.repeat(3_000) }));

  assert.ok(longestLine(raw) <= 998);
});

test('D5: the base64 of an attachment is folded at 76', async () => {
  const file = aFile({ bytes: bytesOf(5_000) });
  const raw = await written(anMms([file]), [file]);

  const body = raw.slice(raw.indexOf('filename='));

  assert.ok(longestLine(body) <= 76);
});

test('D6: a long subject is several encoded words of at most 75 characters', async () => {
  const subject = 'Ü'.repeat(255);
  const raw = await written(anSms({ subject }));

  assertShortWords(raw);
  assert.equal((await read(anSms({ subject }))).subject, subject);
});

test('D7: a long display name is several encoded words of at most 75 characters', async () => {
  const name = 'ж'.repeat(170);
  const item = anSms({
    subject: '',
    parties: [
      { ...ALICE, name },
      { ...BOB, name },
    ],
  });

  assertShortWords(await written(item));
  assert.equal((await read(item)).from[0]!.name, `${name} (+447700900123)`);
});

test('D8: a custom header is ASCII in short lines, whatever its value', async () => {
  const value = 'Ünïcode '.repeat(400).trim();
  const raw = await written(anSms({ sourceHeaders: [{ name: 'X-TELEMESSAGE-SID', value }] }));

  assert.match(raw, /^[\x20-\x7e\r\n]*$/);
  assertShortWords(raw);
});

test('D9: no value and no name of a header can begin another header or the body', async () => {
  const item = anSms({
    subject: '',
    groupName: 'team\r\nBcc: evil@example.com',
    threadId: '1\r\nBcc: evil@example.com',
    originalSourceId: '2\nBcc: evil@example.com',
    sourceHeaders: [
      { name: 'X-TELEMESSAGE-SID', value: '1\r\nBcc: evil@example.com' },
      { name: 'X-TELEMESSAGE-GroupID', value: 'v\r\n\r\nBODY' },
      { name: 'X-TELEMESSAGE-A: 1\r\nBcc: evil@example.com\r\nX', value: 'w' },
    ],
  });

  const { headers, text } = await read(item);

  assert.ok(!headers.includes('bcc'));
  assert.ok(!text.startsWith('BODY'));
});

test('D9: a message that was not composed by us is refused, not written', async () => {
  const message = composeMessage(anSms(), OPTIONS);
  const evil: Partial<Message>[] = [
    { headers: [{ name: 'X-A: 1\r\nBcc', value: 'evil@example.com' }] },
    { messageId: '<1@x>\r\nBcc: evil@example.com' },
    { references: ['<1@x>\r\nBcc: evil@example.com'] },
    { conversation: { topic: 'x', index: 'AQ==\r\nBcc: evil@example.com' } },
    { inReplyTo: '<1@x>\nBcc: evil@example.com' },
    { from: { name: 'Eve', address: 'a@example.com>\r\nBcc: <evil@example.com' } },
    { itemKey: '--x' },
    { at: 'tomorrow' },
  ];

  for (const over of evil) {
    await assert.rejects(render({ ...message, ...over }), { code: 'invariant-broken' });
  }
});

test('D10: an injected line in an address appears nowhere, not even once', async () => {
  const address = 'a@example.com\r\nX-Evil: 1';
  const item = anSms({
    parties: [
      { ...ALICE, address },
      { ...BOB, address },
    ],
  });

  const { headers, from } = await read(item);

  assert.ok(!headers.includes('x-evil'));
  assert.equal(from[0]!.address, '447700900123@number.invalid');
});

test('D11: all readers see the one safe name of an attachment', async () => {
  const names = ['safe.jpg"; filename="evil.exe', 'фото.jpg', '../../x', 'a\r\nX-Evil: 1.jpg'];
  const files = names.map((name) => aFile({ name }));

  const { files: seen, headers } = await read(anMms(files), files);

  assert.deepEqual(
    seen.map(({ name }) => name),
    ['safe.jpg_; filename=_evil.exe', 'фото.jpg', 'x', 'a X-Evil_ 1.jpg'],
  );
  assert.ok(!headers.includes('x-evil'));
});

test('D12: a content type with a line break is not taken over', async () => {
  const files = [aFile({ contentType: 'image/jpeg\r\nX-Evil: 1' })];

  const raw = await written(anMms(files), files);

  assert.doesNotMatch(raw, /evil/i);
  assert.match(raw, /^Content-Type: application\/octet-stream\r$/m);
});

test('D13: an attachment is written once, whatever words its name holds', async () => {
  const names = ['inline-skating.jpg', 'attachment.jpg', 'inline attachment.jpg'];
  const files = names.map((name, index) => aFile({ name, bytes: bytesOf(50, index) }));

  const { files: seen } = await read(anMms(files), files);

  assert.deepEqual(
    seen.map(({ name }) => name),
    names,
  );
});

test('D14: text and HTML are both there, and a text attachment is not taken for either', async () => {
  const files = [
    aFile({ name: 'a.txt', contentType: 'text/plain', bytes: Buffer.from('other text') }),
    aFile({ name: 'b.html', contentType: 'text/html', bytes: Buffer.from('<p>other</p>') }),
  ];

  const { text, html, files: seen } = await read(anMms(files), files);

  assert.match(text, /See you at ten/);
  assert.match(html, /See you at ten/);
  assert.equal(seen.length, 2);
});

test('D15: a recording without any text is a message with a body', async () => {
  const files = [aFile({ name: null, contentType: 'audio/wav' })];

  const { text, files: seen } = await read(aCall({}, { attachments: attachmentsOf(files) }), files);

  assert.match(text, /^Kind: +Voice call$/m);
  assert.equal(seen[0]!.name, 'recording.wav');
});

test('D16: bytes of all values come back as they were', async () => {
  const files = [aFile({ bytes: bytesOf(4_096) })];

  const { files: seen } = await read(anMms(files), files);

  assert.equal(seen[0]!.sha256, sha256(files[0]!.bytes));
});

test('D17: the date is the time of the item, in the form of RFC 5322', async () => {
  const raw = await written(anSms());

  assert.match(raw, /^Date: Mon, 23 Nov 2026 09:15:42 \+0000\r$/m);
});

test('D18: the Message-ID is the item key at the configured domain, also for a bare number', async () => {
  const item = anSms({ parties: [{ ...ALICE, address: null }] });

  const { messageId } = await read(item);

  assert.equal(messageId, `<${OPTIONS.itemKey}@${OPTIONS.messageIdDomain}>`);
});

test('D19: a text that holds the boundaries ends nothing', async () => {
  const files = [aFile()];
  const key = OPTIONS.itemKey.slice(0, 32);
  const text = `a\r\n--o2_mixed_${key}--\r\n--o2_alt_${key}\r\n\r\nb`;

  const reading = await read(anMms(files, { text }), files);

  assert.ok(reading.text.includes(text.replaceAll('\r\n', '\n')));
  assert.equal(reading.files.length, 1);
});

test('D20: the same item gives the same bytes each time', async () => {
  const files = [aFile()];

  assert.equal(await written(anMms(files), files), await written(anMms(files), files));
});

test('D21: a header that came twice is there twice', async () => {
  const raw = await written(
    anSms({
      sourceHeaders: [
        { name: 'X-TELEMESSAGE-SID', value: 'one' },
        { name: 'X-TELEMESSAGE-SID', value: 'two' },
      ],
    }),
  );

  assert.deepEqual(raw.match(/^X-TELEMESSAGE-SID: .*(?=\r$)/gm), [
    'X-TELEMESSAGE-SID: one',
    'X-TELEMESSAGE-SID: two',
  ]);
});

test('D22: base64 is of the plain alphabet with its padding, not the one for addresses', async () => {
  const files = [aFile({ bytes: Buffer.from('fbff', 'hex') })];

  const raw = await written(anMms(files), files);

  assert.match(raw, /\r\n\r\n\+\/8=\r\n/);
});

test('D23: addresses and names of 40,000 spaces take no time', async () => {
  const long = ' '.repeat(40_000);
  const parties = [
    { ...ALICE, address: long, name: long },
    { ...BOB, address: `${long}@x`, number: long },
  ];

  const started = performance.now();
  const { from } = await read(anSms({ parties, subject: long }));

  assert.ok(performance.now() - started < 1_000);
  assert.equal(from[0]!.address, '447700900123@number.invalid');
});

test('D24: an address that is a name and an address breaks nothing', async () => {
  const item = anSms({ parties: [{ ...ALICE, address: 'Jane<jane@example.com>' }] });

  const { from } = await read(item);

  assert.equal(from[0]!.address, '447700900123@number.invalid');
});

test('D25: no NUL passes through', async () => {
  const { text, html } = await read(anSms({ text: 'a\0b' }));

  assert.ok(text.includes('a\ufffdb'));
  assert.ok(html.includes('a\ufffdb'));
});

test('D26: the message that is handed in stays as it was', async () => {
  const files = [aFile()];
  const message = composeMessage(frozen(anMms(files)), frozen(OPTIONS));
  const before = structuredClone(message);

  await render(frozen(message), files);

  assert.deepEqual(message, before);
});

async function written(item: Parameters<typeof composeMessage>[0], files: readonly File[] = []) {
  return (await render(composeMessage(item, OPTIONS), files)).toString('latin1');
}

/** As two readers agree to see it. */
async function read(item: Parameters<typeof composeMessage>[0], files: readonly File[] = []) {
  const eml = await render(composeMessage(item, OPTIONS), files);
  const reading = await readByMailparser(eml);
  assert.deepEqual(await readByPostalMime(eml), reading);
  return reading;
}

function longestLine(raw: string): number {
  return Math.max(...raw.split('\r\n').map((line) => line.length));
}

/** RFC 2047 §2: a word has at most 75 characters, a line that holds one 76. */
function assertShortWords(raw: string): void {
  const lines = raw.split('\r\n').filter((line) => line.includes('=?'));
  assert.ok(lines.length > 1);
  for (const line of lines) assert.ok(line.length <= 76, line);
}

function frozen<T extends object>(value: T): T {
  for (const each of Object.values(value)) {
    if (typeof each === 'object' && each !== null) frozen(each as object);
  }
  return Object.freeze(value);
}
