import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { pauseNote } from '../../../src/cli/missed-days.ts';
import type { TemporalAccess } from '../../../src/cli/session.ts';
import { addDays, daysBetween } from '../../../src/domain/archive-day.ts';
import type { Report } from '../../../src/domain/report.ts';
import { memoryStaging } from '../../support/memory-staging.ts';
import { typed } from './typed.ts';

const NOW_MS = Date.parse('2026-12-24T09:00:00Z');
const at = (time: string) => new Date(time);

interface Schedule {
  readonly paused: boolean;
  readonly note: string;
  /** When the schedule took its last actions. */
  readonly taken?: readonly string[];
}

/** A connector with a schedule of 02:00, and days that run until told to end. */
function aDesk({ paused, note, taken = [] }: Schedule) {
  const staging = memoryStaging();
  const notes: string[] = [];
  const started: string[] = [];
  const running = new Map<string, PromiseWithResolvers<unknown>>();
  const description = {
    scheduleId: 'o2-archive:o2',
    state: { paused, note },
    info: {
      createdAt: at('2026-12-01T00:00:00Z'),
      recentActions: taken.map((time) => ({ takenAt: at(time), scheduledAt: at(time) })),
      nextActionTimes: [at('2026-12-25T02:00:00Z')],
    },
  };
  const client = {
    withDeadline: (_deadline: number, work: () => unknown) => work(),
    connection: { close: () => Promise.resolve() },
    schedule: {
      getHandle: () => ({
        describe: () => Promise.resolve(description),
        unpause: async (words: string) => void notes.push(words),
      }),
    },
    workflow: {
      start: async (_type: string, { args: [{ day }] }: { args: [{ day: string }] }) => {
        started.push(day);
        running.set(day, Promise.withResolvers());
        return { describe: () => Promise.resolve({ runId: `run-${day}` }) };
      },
      getHandle: (id: string) => ({
        result: () => running.get(id.slice(-'2026-12-01'.length))?.promise,
        query: () => Promise.reject(new Error('no worker')),
      }),
    },
  };
  const around = {
    openStaging: () => Promise.resolve(staging),
    connectTemporal: () =>
      Promise.resolve({ client, address: 'h:1', namespace: 'n' } as unknown as TemporalAccess),
    now: () => NOW_MS,
  };
  const type = (...argv: string[]) => typed([...argv], around);
  return { staging, notes, started, running, type };
}

const waivedDays = async ({ staging }: ReturnType<typeof aDesk>) =>
  [...(await staging.waivedDays.list())].sort();

describe('schedule resume', () => {
  it('is refused where nothing is paused: no day is waived and none is started', async () => {
    for (const flags of [[], ['--no-backfill']]) {
      const desk = aDesk({ paused: false, note: 'Resumed by ann@host at 2026-12-20T09:00:00Z' });

      const { code, err } = await desk.type('schedule', 'resume', ...flags);

      assert.equal(code, 2);
      assert.match(err, /o2-archive:o2 is not paused\. Its next run: 2026-12-25T02:00:00Z/);
      assert.match(err, /o2-archiver status --connector o2/);
      assert.deepEqual([await waivedDays(desk), desk.notes, desk.started], [[], [], []]);
    }
  });

  it('waives the days missed since the time of the note, and says before that it is for good', async () => {
    const note = pauseNote('ops@host', Date.parse('2026-12-21T12:00:00Z'), 'storage moves');
    const desk = aDesk({ paused: true, note, taken: ['2026-12-21T02:00:01Z'] });

    const { code, out, err } = await desk.type('schedule', 'resume', '--no-backfill', '--json');

    assert.equal(code, 0);
    const days = ['2026-12-21', '2026-12-22', '2026-12-23'];
    assert.deepEqual((JSON.parse(out) as { waived: string[] }).waived, days);
    assert.deepEqual(await waivedDays(desk), days);
    assert.match(err, /^3 days missed while it was paused: 2026-12-21 to 2026-12-23\.$/m);
    assert.match(err, /waived for good/);
    assert.match(err, /source\.lookbackDays\) are archived all the same/);
  });

  it('counts from the last run that was started where another hand paused it', async () => {
    const taken = ['2026-12-21T02:00:01Z', '2026-12-22T02:00:01Z'];
    const desk = aDesk({ paused: true, note: 'by the Web UI', taken });

    const { err } = await desk.type('schedule', 'resume', '--no-backfill');

    assert.deepEqual(await waivedDays(desk), ['2026-12-22', '2026-12-23']);
    assert.match(err, /does not say when it was paused: .* 2026-12-22T02:00:01Z/);
    const kept = await desk.staging.waivedDays.find('2026-12-22');
    assert.deepEqual([kept?.by, kept?.reason], ['ann@host', 'by the Web UI']);
  });

  it('counts from its making where it never started a run', async () => {
    const desk = aDesk({ paused: true, note: '' });

    await desk.type('schedule', 'resume', '--no-backfill');

    const [first] = await waivedDays(desk);
    assert.equal(first, '2026-12-01');
  });

  it('leaves days alone that have a report, and says when none was missed', async () => {
    const desk = aDesk({ paused: true, note: '', taken: ['2026-12-23T02:00:01Z'] });
    const one = { day: '2026-12-23', number: 1, outcome: 'complete', balances: true };
    await desk.staging.reports.write({ ...one, books: {} } as Report, { csv: '', html: '' });

    const { code, out, err } = await desk.type('schedule', 'resume', '--no-backfill');

    assert.equal(code, 0);
    assert.match(err, /^No day was missed while it was paused\./);
    assert.match(out, /^Resumed by ann@host at 2026-12-24T09:00:00Z$/);
    assert.deepEqual([await waivedDays(desk), desk.notes.length], [[], 1]);
  });

  it('has four missed days run at once, and the others when one has ended', async () => {
    const desk = aDesk({ paused: true, note: '', taken: ['2026-12-18T02:00:01Z'] });
    const missed = daysBetween('2026-12-18', '2026-12-23');
    const end = (day: string) => {
      const books = { available: 0, imported: 0, partiallyImported: 0, skipped: 0, waived: 0 };
      desk.running.get(day)?.resolve({
        ...{ outcome: 'complete', balances: true, report: 'r' },
        books: { ...books, failed: 0, items: 0, itemsWithReceipt: 0 },
        thisRun: { started: 0, imported: 0, unchanged: 0 },
      });
    };

    const ended = desk.type('schedule', 'resume', '--wait', '--json');
    const counts: number[] = [];
    for (const day of missed) {
      while (!desk.started.includes(day)) await new Promise(setImmediate);
      counts.push(desk.started.length);
      end(day);
    }
    const { code, out } = await ended;

    assert.ok(counts.every((count, nth) => count <= nth + 4));
    const told = JSON.parse(out) as { connector: string; days: { day: string }[]; note: string };
    assert.deepEqual(
      told.days.map(({ day }) => day),
      missed,
    );
    assert.deepEqual([code, told.connector, told.note], [0, 'o2', desk.notes[0]]);
  });
});

describe('report --day of a day that was left out', () => {
  it('says who left it out, when and why, and how it is archived all the same', async () => {
    const desk = aDesk({ paused: false, note: '' });
    const day = addDays('2026-12-24', -4);
    const waiver = { by: 'bea@host', at: '2026-12-22T09:00:00Z', reason: 'tenant was closed' };
    await desk.staging.waivedDays.add({ day, ...waiver });

    const { code, err } = await desk.type('report', '--day', day);

    assert.equal(code, 1);
    assert.match(
      err,
      /left out on purpose, by bea@host on 2026-12-22T09:00:00Z: tenant was closed/,
    );
    assert.match(err, /o2-archiver run --connector o2 --day 2026-12-20 --wait/);
  });
});
