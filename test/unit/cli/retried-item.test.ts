import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { exitCodeOfItem, retriedItem, retriedText } from '../../../src/cli/retried-item.ts';
import type { MailboxEntry, Receipt } from '../../../src/domain/receipt.ts';
import { aReceipt, keyOf } from '../../support/builders.ts';

const AT = '2026-11-24T01:00:00Z';
const COPY: MailboxEntry = {
  id: 'ann',
  messageId: 'm1',
  rule: 'automatic',
  mappingVersion: null,
  at: AT,
  outcome: 'imported',
  reason: null,
};
const imported = aReceipt({ mailboxes: [COPY] });
const partial = aReceipt({
  outcome: 'partial',
  mailboxes: [{ ...COPY, outcome: 'partial', omitted: [0] }],
});
const failed = aReceipt({
  outcome: 'failed',
  reason: 'throttled',
  mailboxes: [{ ...COPY, messageId: null, outcome: 'failed', reason: 'throttled' }],
});
const renewed = aReceipt({ mailboxes: [COPY, { ...COPY, id: 'bob', messageId: 'm2' }] });
const waived = aReceipt({ outcome: 'waived' });

describe('a retry of one item tells that it', () => {
  const cases: [string, Receipt | null, Receipt | null, RegExp][] = [
    [
      'archived-already',
      imported,
      imported,
      /already, since 2026-11-24T01:00:00Z, in 1 mailbox: n/,
    ],
    ['archived-now', failed, imported, /is archived now, in 1 mailbox\.$/],
    ['archived-now', null, imported, /is archived now/],
    ['receipt-renewed', imported, renewed, /new receipt tells of its copies in 2 mailboxes\.$/],
    ['completed', partial, imported, /what its copies lacked was added/],
    [
      'partial-still',
      partial,
      partial,
      /still lacks attachments, over a limit of the mailbox or limits\.maxItemBytes\.$/,
    ],
    ['waived', failed, waived, /its case is closed/],
    ['not-archived', failed, failed, /still not archived: throttled\. /],
    ['not-archived', null, null, /no end yet/],
  ];
  for (const [state, before, after, line] of cases) {
    it(`${state}, from ${before?.outcome ?? 'none'} to ${after?.outcome ?? 'none'}`, () => {
      const item = retriedItem(keyOf(1), before, after);

      assert.equal(item.state, state);
      assert.equal(item.since === null, state === 'waived' || state === 'not-archived');
      assert.match(retriedText(item), line);
    });
  }
});

describe('the exit code of a retry of one item', () => {
  const cases: [string, Receipt | null, Receipt | null, number][] = [
    ['0 when it is archived already', imported, imported, 0],
    ['0 when it is archived now', failed, imported, 0],
    ['0 when it is archived now, in part, which is all that its mailbox takes', failed, partial, 0],
    ['0 when only its receipt is new', imported, renewed, 0],
    ['0 when it is complete now', partial, imported, 0],
    ['3 when it still lacks what the retry was to add', partial, partial, 3],
    ['3 when its case was closed', failed, waived, 3],
    ['3 when it is still held', failed, failed, 3],
    ['3 when it has no end yet', null, null, 3],
  ];
  for (const [words, before, after, code] of cases) {
    it(`is ${words}`, () => {
      assert.equal(exitCodeOfItem(retriedItem(keyOf(1), before, after)), code);
    });
  }
});
