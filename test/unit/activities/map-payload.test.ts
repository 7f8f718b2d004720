import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApplicationFailure } from '@temporalio/activity';
import { map, type Mapped } from '../../../src/activities/map.ts';
import type { Party } from '../../../src/domain/item.ts';
import { runActivity } from '../../support/activity-environment.ts';
import { aRead, aReference } from '../../support/builders.ts';
import { fakeConnector, only } from '../../support/fake-connector.ts';
/** What Temporal takes as one payload. */
const MAX_PAYLOAD_BYTES = 2_000_000;

test('an item of ten thousand people of ours fits into one payload, found or held', async () => {
  for (const isFound of [true, false]) {
    const mapped = await mappedTo(10_000, isFound);

    assert.equal(mapped.mailboxes.length + mapped.held.length, 10_000);
    assert.ok(JSON.stringify(mapped).length < MAX_PAYLOAD_BYTES);
  }
});

test('an item of more fails by itself, with a reason and without any of them', async () => {
  await assert.rejects(mappedTo(10_001, false), (failure: ApplicationFailure) => {
    assert.deepEqual([failure.type, failure.nonRetryable], ['too-many-parties', true]);
    assert.match(failure.message, /more than 10,000 people of ours/);
    return true;
  });
});

async function mappedTo(count: number, isFound: boolean): Promise<Mapped> {
  const parties = Array.from({ length: count }, (_, position): Party => {
    const address = `person${String(position)}@example.com`;
    return { role: 'to', position, number: null, numberClass: 'withheld', address, name: null };
  });
  const connector = fakeConnector({
    items: {
      read: () => Promise.resolve({ problem: null, ...aRead({ parties }) }),
      attachments: () => {
        throw new Error('nobody opens an attachment to map');
      },
    },
    route: ({ address }) =>
      Promise.resolve(
        isFound
          ? {
              mailbox: {
                id: `0be4c400-0000-4000-8000-${String(address).length}${String(address)}`,
                rule: 'custom',
                mappingVersion: '0123456789abcdef',
              },
            }
          : { mailbox: null, reason: 'ambiguous-address', isInCustomMapping: true },
      ),
  });
  return runActivity(map(only(connector)), { run: 'run', item: aReference() });
}
