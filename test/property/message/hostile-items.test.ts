import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Item, Party } from '../../../src/domain/item.ts';
import { composeMessage } from '../../../src/message/compose.ts';
import type { File } from '../../unit/message/items.ts';
import { ALICE, anMms, OPTIONS, render } from '../../unit/message/items.ts';
import {
  expectedReading,
  readByMailparser,
  readByPostalMime,
  readByPython,
  withoutNameSpaces,
} from '../../unit/message/readers.ts';

const RUNS = 300;
/** Printed, so that a failing run can be repeated: `HOSTILE_SEED=… node --test …`. */
const SEED = Number(process.env['HOSTILE_SEED'] ?? Date.now() % 2 ** 31);

const PIECES = [
  '\r\nBcc: evil@example.com\r\n',
  '\nX-Evil: 1\n',
  '\r\n\r\nBODY',
  `\r\n--o2_mixed_${OPTIONS.itemKey.slice(0, 32)}--\r\n`,
  `\r\n--o2_alt_${OPTIONS.itemKey.slice(0, 32)}\r\nContent-Type: text/html\r\n\r\n<b>x</b>`,
  '\0',
  '\u00000\0\r\n',
  '\u202egpj.exe\u202c',
  '\u2066x\u2069',
  '\u2028',
  '\u001b[31m',
  '=?utf-8?Q?Bcc:=20evil?=',
  '=?utf-8?B?',
  '"; filename="evil.exe',
  "*=utf-8''evil",
  '%41',
  '\\',
  '"',
  "'",
  ';',
  ',',
  ':',
  '(',
  ')',
  '<evil@example.com>',
  'Jane<jane@example.com>',
  '../../',
  'C:\\Windows\\',
  'con.txt',
  'inline',
  'attachment',
  '<script>alert(1)</script>',
  '&lt;',
  '</pre>',
  '\ud83d',
  '\udcc4',
  '📄',
  'é',
  'фото',
  'عربي',
  ' ',
  '   ',
  '.',
  'a',
  'word '.repeat(30),
  'x'.repeat(1_100),
  'Ü'.repeat(300),
];

const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 6 })), {
    maxLength: 6,
  })
  .map((pieces) => pieces.join(''));

const maybe = (text: fc.Arbitrary<string>) => fc.option(text, { nil: null, freq: 3 });

/** No text/calendar: postal-mime rewrites the line ends of such files by design. */
const contentType = fc.oneof(
  fc.constantFrom(
    'image/jpeg',
    'audio/mpeg',
    'text/plain',
    'text/html',
    'text/csv',
    'text/x-vCard; charset=utf-16',
    'message/rfc822',
    'message/delivery-status',
    'multipart/mixed; boundary=x',
    'application/ms-tnef',
    'image/jpeg\r\nX-Evil: 1',
    '',
  ),
  hostileText,
);

const file: fc.Arbitrary<File> = fc.record({
  name: maybe(hostileText),
  contentType,
  bytes: fc
    .oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.constant(Buffer.from('\r\n--x\r\nBcc: a@b\r\n\r\n')),
    )
    .map((bytes) => Buffer.from(bytes)),
});

function party(role: Party['role']): fc.Arbitrary<Party> {
  return fc.record({
    role: fc.constant(role),
    position: fc.constant(0),
    number: maybe(fc.oneof(hostileText, fc.constant('+447700900123'))),
    numberClass: fc.constantFrom('e164', 'alphanumeric', 'withheld', 'unparseable'),
    address: maybe(fc.oneof(hostileText, fc.constant('alice@example.com'))),
    name: maybe(hostileText),
  });
}

const hostileItem: fc.Arbitrary<{ item: Item; files: File[] }> = fc
  .record({
    files: fc.array(file, { maxLength: 4 }),
    parties: fc
      .tuple(fc.array(party('from'), { maxLength: 1 }), fc.array(party('to'), { maxLength: 3 }))
      .map((sides) => sides.flat()),
    subject: hostileText,
    text: hostileText,
    groupName: maybe(hostileText),
    threadId: maybe(hostileText),
    originalSourceId: maybe(hostileText),
    status: hostileText,
    headerName: hostileText,
  })
  .map(({ files, status, headerName, ...over }) => ({
    files,
    item: anMms(files, {
      ...over,
      sourceHeaders: [
        { name: 'X-TELEMESSAGE-Status', value: status },
        { name: `X-TELEMESSAGE-${headerName}`, value: 'first' },
        { name: `X-TELEMESSAGE-${headerName}`, value: status },
      ],
    }),
  }));

test(`a hostile item injects no header, doubles no file and loses no part (seed ${String(SEED)})`, async (t) => {
  t.diagnostic(`seed ${String(SEED)}, ${String(RUNS)} items`);

  await fc.assert(
    fc.asyncProperty(hostileItem, async ({ item, files }) => {
      const message = composeMessage(item, OPTIONS);
      const eml = await render(message, files);

      const expected = expectedReading(message);
      assert.deepEqual(await readByMailparser(eml), expected);
      assert.deepEqual(await readByPostalMime(eml), expected);

      assert.equal(message.attachments.length, files.length);
      assert.ok(message.text.includes(item.text.toWellFormed().replaceAll('\0', '\ufffd')));
      for (const { name } of message.attachments) assert.doesNotMatch(name, UNSAFE_IN_NAME);
      for (const seen of [
        message.subject,
        message.from.name,
        ...message.to.map(({ name }) => name),
      ]) {
        assert.doesNotMatch(seen, MISLEADING);
      }
      assertWireForm(eml);
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

test(`Python reads hostile items the same (seed ${String(SEED)})`, async (t) => {
  const samples = fc.sample(hostileItem, { numRuns: 100, seed: SEED });
  const messages = samples.map(({ item }) => composeMessage(item, OPTIONS));
  const emls: Buffer[] = [];
  for (const [index, { files }] of samples.entries()) {
    emls.push(await render(messages[index]!, files));
  }

  const readings = await readByPython(emls);
  if (readings === null) {
    t.skip('skipped: there is no python3 on this machine, so only two readers were asked');
    return;
  }

  assert.deepEqual(
    readings.map(withoutNameSpaces),
    messages.map((message) => withoutNameSpaces(expectedReading(message))),
  );
});

test('a party whose name and address are hostile still stands with its number', async () => {
  const evil: Party = { ...ALICE, name: 'Eve\r\nBcc: x@example.com', address: 'a@b\r\nBcc: c@d' };

  const message = composeMessage(anMms([], { parties: [evil] }), OPTIONS);

  assert.deepEqual(message.from, {
    name: 'Eve Bcc: x@example.com (+447700900123)',
    address: '447700900123@number.invalid',
  });
});

const MISLEADING = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const UNSAFE_IN_NAME = /[\p{Cc}\u202a-\u202e\u2066-\u2069/\\:"<>|?*]|=\?|^\.|^$/u;

/** Printable ASCII in lines of at most 998 characters (RFC 5322 §2.1.1), each ended by CRLF. */
function assertWireForm(eml: Buffer): void {
  const text = eml.toString('latin1');
  assert.ok(text.endsWith('\r\n'));
  for (const line of text.slice(0, -2).split('\r\n')) {
    assert.match(line, /^[\x20-\x7e]{0,998}$/);
  }
}
