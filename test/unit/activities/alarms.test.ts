import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tellAlarms, type RunEnd } from '../../../src/activities/alarms.ts';
import { reconcile } from '../../../src/activities/reconcile.ts';
import { RunError } from '../../../src/domain/run-error.ts';
import type { Notice } from '../../../src/notify/notifier.ts';
import { runActivity } from '../../support/activity-environment.ts';
import { anIndex, DAY } from '../../support/builders.ts';
import { fakeConnector, only } from '../../support/fake-connector.ts';

const NEXT = '2026-11-24';

/** A connector whose notices and heartbeats are kept, and the end of a run of it. */
function aConnector() {
  const told: Notice[] = [];
  const heard = { beats: 0, isAway: false };
  const connector = fakeConnector({
    notifier: {
      async tell(notice) {
        if (heard.isAway) throw new RunError('notify-unreachable', 'away');
        told.push(notice);
      },
      async beat() {
        heard.beats += 1;
      },
    },
  });
  const tell = tellAlarms(only(connector), (id, run) => `https://ui.example/${id}/${run}`);
  const end = (over: Partial<RunEnd> = {}) =>
    runActivity(tell, {
      ...{ connector: 'o2', day: DAY, closedDays: [], isReportUndelivered: false, failure: null },
      ...{ workflowId: `o2-day:o2:${over.day ?? DAY}`, runId: 'run-1' },
      ...over,
    });
  const close = (day: string) => {
    const thisRun = { started: 0, imported: 0, unchanged: 0 };
    return runActivity(reconcile(only(connector)), {
      ...{ connector: 'o2', day, thisRun, lateDays: [] },
    });
  };
  const lines = () => told.map(({ state, alarm, subject }) => [state, alarm, subject]);
  return { ...connector, told, lines, heard, end, close };
}

describe('an alarm', () => {
  it('is told once, however many runs meet its cause, and its end once', async () => {
    const { end, lines, heard } = aConnector();

    await end({ failure: 'site-login-refused' });
    await end({ failure: 'site-login-refused', day: NEXT, runId: 'run-2' });
    assert.deepEqual(lines(), [['raised', 'site-login-refused', null]]);
    assert.equal(heard.beats, 0);

    await end({ day: NEXT, runId: 'run-3' });
    await end({ day: NEXT, runId: 'run-4' });
    assert.deepEqual(lines().slice(1), [['ended', 'site-login-refused', null]]);
    assert.equal(heard.beats, 2);
  });

  it('says what is wrong, what to do and where to look, of the run that raised it', async () => {
    const { end, told } = aConnector();

    await end({ failure: 'tenant-refused' });

    // The link has a line of its own: it is no part of the command.
    assert.match(
      told[0]?.text ?? '',
      /^ALARM tenant-refused \(o2\): .*o2-archiver check --connector o2\nhttps:/,
    );
    assert.equal(told[0]?.link, `https://ui.example/o2-day:o2:${DAY}/run-1`);
  });

  it('of a day without delivery ends when that day has its package, not before', async () => {
    const { staging, end, close, lines } = aConnector();
    await close(DAY);
    await end({ failure: 'no-delivery', closedDays: [DAY] });

    await end({ day: NEXT, runId: 'run-2' });
    assert.deepEqual(lines(), [['raised', 'no-delivery', DAY]]);

    await staging.packages.writeIndex(anIndex([]));
    await close(DAY);
    await end({ day: NEXT, runId: 'run-3', closedDays: [DAY, NEXT] });
    assert.deepEqual(lines().slice(1), [['ended', 'no-delivery', DAY]]);
  });

  it('of a refused package ends when its next delivery is taken', async () => {
    const { staging, end, close, lines } = aConnector();
    const index = anIndex([], { outcome: 'refused', reason: 'count-mismatch' });
    await staging.packages.writeIndex(index);
    await close(DAY);
    await end({ closedDays: [DAY] });
    assert.deepEqual(lines(), [['raised', 'package-refused', index.package]]);

    await staging.packages.writeIndex(anIndex([], { delivery: 2 }));
    await close(DAY);
    await end({ closedDays: [DAY], runId: 'run-2' });
    assert.deepEqual(lines().slice(1), [['ended', 'package-refused', index.package]]);
  });

  it('that could not be told is told by the next try', async () => {
    const { end, lines, heard } = aConnector();
    heard.isAway = true;
    await assert.rejects(end({ failure: 'staging-refused' }), { code: 'notify-unreachable' });

    heard.isAway = false;
    await end({ failure: 'staging-refused' });
    assert.deepEqual(lines(), [['raised', 'staging-refused', null]]);
  });

  it('is told all the same where staging refuses to keep it', async () => {
    const { staging, end, lines } = aConnector();
    staging.alarms.raise = () => {
      throw new RunError('staging-refused', 'no right to write');
    };

    await end({ failure: 'staging-refused' });

    assert.deepEqual(lines(), [['raised', 'staging-refused', null]]);
  });

  it('whose type nobody foresaw is an internal error', async () => {
    const { end, lines } = aConnector();

    await end({ failure: 'TypeError' });

    assert.deepEqual(lines(), [['raised', 'internal-error', null]]);
  });
});
