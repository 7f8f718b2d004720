import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  ARCHIVE_KEY,
  MAX_JSON_BYTES,
  planOf,
  render,
  SESSION_FROM_BYTES,
} from '../../../src/mailbox/rendering.ts';
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

function rendered(message: ReturnType<typeof aMessage>): Record<string, unknown> {
  const plan = planOf(message);
  return JSON.parse(render(plan, new Map())) as Record<string, unknown>;
}
