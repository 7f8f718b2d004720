import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApplicationFailure } from '@temporalio/activity';
import { awaitDrainEnd } from '../../../src/activities/drain.ts';
import { planDay } from '../../../src/activities/plan.ts';
import { runActivity } from '../../support/activity-environment.ts';
import { fakeConnector, only } from '../../support/fake-connector.ts';
import { memoryStaging } from '../../support/memory-staging.ts';

const FLAG = { by: 'ops@host', at: '2026-11-22T09:00:00Z', reason: 'Jane said so' };

async function failureOf(work: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ApplicationFailure);
  return error;
}

describe('the flag of a drain', () => {
  it('is of who drained first, until it is taken away', async () => {
    const { drain } = memoryStaging();

    assert.equal(await drain.read(), null);
    assert.deepEqual(await drain.begin(FLAG), FLAG);
    assert.deepEqual(await drain.begin({ ...FLAG, by: 'another' }), FLAG);
    await drain.end();
    await drain.end();
    assert.equal(await drain.read(), null);
  });

  it('reaches a run with who and since when, and leaves the operator’s reason in staging', async () => {
    const connector = fakeConnector();
    await connector.staging.drain.begin(FLAG);

    const plan = await runActivity(planDay(only(connector)), {
      connector: 'o2',
      day: '2026-11-21',
      isScheduled: false,
    });

    assert.deepEqual(plan.drained, { by: 'ops@host', since: '2026-11-22T09:00:00Z' });
  });
});

describe('awaitDrainEnd', () => {
  it('is tried again as long as the flag is there, says what ends it, and then ends', async () => {
    const connector = fakeConnector();
    const look = () => runActivity(awaitDrainEnd(only(connector)), { connector: 'o2' });
    await connector.staging.drain.begin(FLAG);

    const failure = await failureOf(look());

    assert.notEqual(failure.nonRetryable, true);
    assert.match(failure.message, /o2-archiver drain --end --connector o2$/);
    await connector.staging.drain.end();
    await look();
  });

  it('waits for a storage account that refuses, and for a connector that is taken out', async () => {
    const staging = memoryStaging();
    const refusing = {
      ...staging,
      drain: { ...staging.drain, read: () => Promise.reject(new Error('a text of Azure')) },
    };
    const inputs = [
      [only(fakeConnector({ staging: refusing })), 'o2'],
      [only(fakeConnector()), 'gone'],
    ] as const;
    for (const [connectors, connector] of inputs) {
      const failure = await failureOf(runActivity(awaitDrainEnd(connectors), { connector }));

      assert.notEqual(failure.nonRetryable, true);
      assert.doesNotMatch(failure.message, /a text of Azure/);
    }
  });
});
