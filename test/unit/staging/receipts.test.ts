import assert from 'node:assert/strict';
import test from 'node:test';
import type { Receipt } from '../../../src/domain/receipt.ts';
import { aReceipt, DAY, keyOf } from '../../support/builders.ts';
import { memoryStaging } from '../../support/memory-staging.ts';

/** A receipt as it was listed, and what of it is found altered when other bytes lie in its place. */
async function afterwards(written: Receipt, bytes: string) {
  const { receipts, containers } = memoryStaging();
  const path = await receipts.write(DAY, written);
  const listed = (await receipts.latest(DAY)).get(written.itemKey) ?? assert.fail();
  const [, books] = containers;
  await books.replace(path, Buffer.from(bytes), 'application/json');
  return receipts.readListed(listed);
}

const RECEIPT = aReceipt({ itemKey: keyOf(1) });

test('a receipt as it was written is what was noted beside it', async () => {
  const { receipt, altered } = await afterwards(RECEIPT, JSON.stringify(RECEIPT));

  assert.deepEqual([receipt, altered], [RECEIPT, []]);
});

test('a change of what is noted nowhere else changes the digest', async () => {
  const { altered } = await afterwards(
    RECEIPT,
    JSON.stringify({ ...RECEIPT, writtenAt: '2026-11-24T03:00:00Z' }),
  );

  assert.deepEqual(altered, ['sha256']);
});

test('what the listing tells otherwise is named', async () => {
  const { altered } = await afterwards(
    RECEIPT,
    JSON.stringify({ ...RECEIPT, outcome: 'failed', reason: 'throttled', flags: ['encrypted'] }),
  );

  assert.deepEqual(altered, ['outcome', 'reason', 'flags', 'sha256']);
});

test('what is no receipt any more is refused, whatever it is', async () => {
  for (const bytes of ['null', '[]', '{"mailboxes":[null],"held":[],"flags":[]}']) {
    await assert.rejects(afterwards(RECEIPT, bytes), { code: 'staging-corrupt' }, bytes);
  }
  await assert.rejects(afterwards(RECEIPT, '{'), SyntaxError);
});
