import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  ARCHIVE_KEY,
  MAX_JSON_BYTES,
  planOf,
  render,
  sentForm,
  SESSION_FROM_BYTES,
} from '../../../src/mailbox/rendering.ts';
import type { Message } from '../../../src/domain/message.ts';
import { composeMessage } from '../../../src/message/compose.ts';
import { anSms, OPTIONS } from '../message/items.ts';
import { aMessage, anAttachment, contentOf } from '../../support/mailbox-room.ts';

test('the properties that cannot be changed later are all there', () => {
  const { singleValueExtendedProperties } = rendered(aMessage());

  assert.deepEqual(singleValueExtendedProperties, [
    { id: 'Integer 0x0E07', value: '1' },
    { id: 'SystemTime 0x0E06', value: '2026-11-21T09:15:42Z' },
    { id: 'SystemTime 0x0039', value: '2026-11-21T09:15:42Z' },
    { id: ARCHIVE_KEY, value: aMessage().itemKey },
  ]);
});

test('class, thread and answered message are sent when there are any', () => {
  const message = aMessage({
    itemClass: 'IPM.Note.O2',
    references: ['<t@x>', '<r@x>'],
    inReplyTo: '<r@x>',
    conversation: { topic: 'Desk 4', index: 'AQ==' },
  });

  const { singleValueExtendedProperties } = rendered(message);

  assert.deepEqual((singleValueExtendedProperties as unknown[]).slice(3, -1), [
    { id: 'String 0x001A', value: 'IPM.Note.O2' },
    { id: 'String 0x1039', value: '<t@x> <r@x>' },
    { id: 'String 0x1042', value: '<r@x>' },
    { id: 'String 0x0070', value: 'Desk 4' },
    { id: 'Binary 0x0071', value: 'AQ==' },
    { id: 'Boolean 0x3016', value: 'true' },
  ]);
});

test('at most five headers of ours are sent, none that Graph would refuse, and no empty list', () => {
  const many = [1, 2, 3, 4, 5, 6].map((n) => ({ name: `X-O2-Archive-N${n}`, value: 'v' }));
  const odd = [
    { name: 'X-TELEMESSAGE-Type', value: 'SMS' },
    { name: 'X-O2-Archive-Name', value: 'Zoë' },
    { name: 'X-O2-Archive-Long', value: 'x'.repeat(996) },
    { name: 'X-O2-Archive-Break', value: 'a\r\nb: c' },
  ];

  const { internetMessageHeaders } = rendered(aMessage({ headers: [...odd, ...many] }));

  assert.deepEqual(
    (internetMessageHeaders as { name: string }[]).map(({ name }) => name),
    [1, 2, 3, 4, 5].map((n) => `x-o2-archive-n${n}`),
  );
  assert.ok(!('internetMessageHeaders' in rendered(aMessage({ headers: odd }))));
});

test('an attachment of no bytes is attached as it is', () => {
  const message = aMessage({ attachments: [anAttachment(0, 0)] });

  const [attachment] = rendered(message)['attachments'] as { contentBytes: string }[];

  assert.equal(attachment?.contentBytes, '');
});

test('the request stays below its limit and every attachment goes one way, whatever the sizes', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 4_000_000 }), { maxLength: 8 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 0, max: 200_000 }), (all, textLength) => {
      const attachments = all.map((size, position) => anAttachment(position, size));
      const message = aMessage({ html: 'é'.repeat(textLength), attachments });

      const plan = planOf(message);

      const contents = new Map(plan.inline.map((one) => [one.position, contentOf(one)]));
      const json = render(plan, contents);
      assert.ok(Buffer.byteLength(json) <= MAX_JSON_BYTES, String(Buffer.byteLength(json)));
      const ways = [...plan.inline, ...plan.later].map(({ position }) => position).toSorted();
      assert.deepEqual(
        ways,
        attachments.map(({ position }) => position),
      );
      assert.ok(plan.inline.every(({ sizeBytes }) => sizeBytes < SESSION_FROM_BYTES));
      assert.ok(plan.bytes >= Buffer.byteLength(json));
    }),
    { numRuns: 40 },
  );
});

for (const [what, sentText] of [
  ['quotation marks, six bytes of HTML each', '"'],
  ['line ends', '\n'],
  ['controls', '\u0001'],
  ['backslashes', '\\'],
  ['characters of four bytes', '😀'],
  ['halves of characters', '\ud83d'],
  ['letters', 'a'],
] as const) {
  test(`a text of a million bytes of ${what} fits, and is there whole`, () => {
    const text = sentText.repeat(1_000_000 / Buffer.byteLength(sentText));
    const item = anSms({ text });
    const message = composeMessage(item, OPTIONS);

    const { json, files } = requestsOf(message);

    assert.ok(Buffer.byteLength(json) <= MAX_JSON_BYTES, String(Buffer.byteLength(json)));
    const shown = (JSON.parse(json) as { body: { content: string } }).body.content;
    if (files.length === 0) assert.equal(shown, message.html);
    else assert.ok(Buffer.concat(files).equals(Buffer.from(message.text)));
  });
}

test('a message to a hundred thousand people fits, names the first, and all of them in its text', () => {
  const to = Array.from({ length: 100_000 }, (_, place) => ({
    name: `Bob ${String(place)}`,
    address: `bob${String(place)}@example.com`,
  }));
  const text = to.map(({ name }) => name).join('\r\n');

  const { json, files } = requestsOf(aMessage({ to, text, html: `<p>${text}</p>`.repeat(4) }));

  assert.ok(Buffer.byteLength(json) <= MAX_JSON_BYTES);
  const { toRecipients } = JSON.parse(json) as { toRecipients: unknown[] };
  assert.ok(toRecipients.length > 1_000 && toRecipients.length < to.length);
  assert.equal(Buffer.concat(files).toString(), text);
});

test('the short form says where the whole text is, and keeps what the end says is missing', () => {
  const text = `Kind: SMS\r\n${'<b>"'.repeat(800_000)}\r\n- call.wav, in packages/2026/1.zip`;
  const named = { ...anAttachment(0, 10), name: 'Whole-Text-1.txt' };

  const plan = planOf(aMessage({ text, html: text, attachments: [named] }));

  const { body } = JSON.parse(plan.envelope) as { body: { content: string } };
  assert.match(body.content, /attached: o2-whole-text-1.txt, whole-text-2.txt/);
  assert.match(body.content, /Kind: SMS/);
  assert.match(body.content, /- call.wav, in packages\/2026\/1.zip<\/pre>/);
  assert.ok(!body.content.includes('<b>"'), 'the text is inert');
  const names = plan.attachments.map(({ name }) => name);
  assert.deepEqual(names, ['o2-whole-text-1.txt', 'whole-text-2.txt', 'Whole-Text-1.txt']);
});

/** What the create request and the later ones hold. */
function requestsOf(message: Message) {
  const plan = planOf(message);
  const files = plan.attachments.flatMap(({ position }) => plan.texts.get(position) ?? []);
  assert.ok(files.every(({ length }) => length < SESSION_FROM_BYTES));
  return { json: render(plan, plan.texts), files };
}

function rendered(message: ReturnType<typeof aMessage>): Record<string, unknown> {
  const plan = planOf(message);
  return JSON.parse(render(plan, new Map())) as Record<string, unknown>;
}

test('what a mailbox shows of a message is what is sent of it, in its short form too', () => {
  const short = aMessage({ attachments: [anAttachment(0, 10)] });
  const long = aMessage({ ...short, html: 'x'.repeat(4_000_000), text: 'y'.repeat(4_000_000) });

  for (const message of [short, long]) {
    const { html, attachments } = sentForm(message);
    const { body } = JSON.parse(planOf(message).envelope) as { body: { content: string } };
    assert.equal(html, body.content);
    assert.deepEqual(attachments, planOf(message).attachments);
  }
  assert.equal(sentForm(long).attachments.length, 3);
});
