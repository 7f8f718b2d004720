import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Item } from '../../../src/domain/item.ts';
import { composeMessage } from '../../../src/message/compose.ts';
import { aCall, ALICE, anMms, anSms, BOB, OPTIONS } from './items.ts';

const compose = (item: Item) => composeMessage(item, OPTIONS);

suite('the thread', () => {
  const { role: from } = ALICE;
  const { role: to } = BOB;
  const ANSWER = {
    direction: 'inbound',
    parties: [
      { ...BOB, role: from },
      { ...ALICE, role: to },
    ],
  } as const;
  const guidOf = (item: Item) =>
    Buffer.from(compose(item).conversation!.index, 'base64').subarray(6).toString('hex');

  test('is the same for all messages of a thread id and for no other', () => {
    const of = (threadId: string) => compose(anSms({ threadId })).references[0];

    const photo = anMms([], { threadId: 'a', at: '2026-01-01T00:00:00Z' });
    assert.equal(of('a'), compose(photo).references[0]);
    assert.equal(guidOf(anSms({ threadId: 'a' })), guidOf(photo));
    assert.notEqual(of('a'), of('b'));
    assert.notEqual(guidOf(anSms({ threadId: 'a' })), guidOf(anSms({ threadId: 'b' })));
    assert.match(of('a\r\nBcc: x')!, /^<thread-[0-9a-f]{40}@o2-archive\.example\.com>$/);
  });

  test('of messages without a thread id is that of their group, else of their people', () => {
    const question = anSms({ threadId: null });
    const answer = anSms({ threadId: null, ...ANSWER });
    const other = anSms({ threadId: null, parties: [ALICE, { ...BOB, number: '+447700900125' }] });
    const inGroup = (id: string) =>
      anSms({ threadId: null, sourceHeaders: [{ name: 'X-TELEMESSAGE-GroupID', value: id }] });

    assert.equal(compose(question).references[0], compose(answer).references[0]);
    assert.equal(compose(question).conversation?.topic, compose(answer).conversation?.topic);
    assert.notEqual(compose(question).references[0], compose(other).references[0]);
    assert.equal(guidOf(inGroup('7')), guidOf({ ...inGroup('7'), parties: [ALICE] }));
    assert.notEqual(guidOf(inGroup('7')), guidOf(inGroup('8')));
    assert.notEqual(guidOf(question), guidOf({ ...question, groupName: 'Desk 4' }));
  });

  test('is none where it cannot be known: calls, system events, people without number or address', () => {
    const nobody = { ...BOB, number: null, address: null };
    const items = [
      aCall(),
      anSms({ threadId: null, event: 'system' }),
      anSms({ threadId: null, parties: [ALICE, nobody] }),
      anSms({ threadId: null, parties: [{ ...ALICE, role: 'owner' }] }),
    ];

    for (const item of items) {
      assert.equal(compose(item).conversation, null);
      assert.match(compose(item).references.join(' '), /^<item-[0-9a-f]{40}@[^ ]+>$/);
    }
    assert.deepEqual(compose(aCall({}, { sourceId: null })).references, []);
    assert.notEqual(compose(aCall({}, { threadId: 'a' })).conversation, null);
  });

  test('joins an edit and a deletion to their original, to which they reply', () => {
    const original = compose(anSms({ sourceId: '1699' }));
    const edit = compose(anSms({ sourceId: 'EDIT-1700', originalSourceId: '1699', event: 'edit' }));

    assert.equal(original.inReplyTo, null);
    assert.match(edit.inReplyTo!, /^<item-[0-9a-f]{40}@o2-archive\.example\.com>$/);
    assert.equal(original.references.at(-1), edit.inReplyTo);
    assert.deepEqual(edit.references, original.references);
    assert.notEqual(compose(anSms({ sourceId: '1701' })).references.at(-1), edit.inReplyTo);
  });

  test('is told to Exchange in the form of its specification, with the time of the item', () => {
    const { topic, index } = compose(anSms({ at: '2026-11-23T09:15:42Z' })).conversation!;
    const bytes = Buffer.from(index, 'base64');

    assert.equal(topic, '+447700900123, +447700900124');
    assert.equal(bytes.length, 22);
    assert.equal(bytes[0], 1);
    // The upper six of eight bytes: exact to 6.6 ms.
    const filetime = Buffer.concat([bytes.subarray(0, 6), Buffer.alloc(2)]).readBigUInt64BE();
    const timeMs = Number(filetime / 10_000n) - 11_644_473_600_000;
    assert.ok(Math.abs(timeMs - Date.parse('2026-11-23T09:15:42Z')) < 8, String(timeMs));
  });
});
