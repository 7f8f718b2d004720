import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Screen } from '../../../src/cli/output.ts';
import type { Session, TemporalAccess } from '../../../src/cli/session.ts';
import type { StatusDocument } from '../../../src/cli/status-document.ts';
import { statusLooks } from '../../../src/cli/status-look.ts';
import type { Report } from '../../../src/domain/report.ts';
import type { Staging } from '../../../src/staging/staging.ts';
import type { Site, SiteFile } from '../../../src/telemessage/site.ts';
import { anEntry, anIndex, aReference, keyOf } from '../../support/builders.ts';
import { memoryStaging } from '../../support/memory-staging.ts';
import { load, MINIMAL } from '../config/fixture.ts';
import { aScreen } from './screen.ts';
import type { Around } from './typed.ts';
import { typed } from './typed.ts';

const NOW_MS = Date.parse('2026-12-05T09:00:00Z');
const RUNNING = '2026-12-04';

interface Desk {
  readonly staging: Staging;
  /** Days that run, the next look's last. */
  running: string[];
  files: SiteFile[];
  looks: number;
  siteLists: number;
  readonly around: Around;
}

function aDesk(): Desk {
  const staging = memoryStaging();
  const desk: Desk = {
    staging,
    running: [],
    files: [],
    looks: 0,
    siteLists: 0,
    around: {
      openStaging: () => Promise.resolve(staging),
      openSite: () =>
        Promise.resolve({
          list: (from: string, to: string) => {
            desk.siteLists += 1;
            return Promise.resolve(desk.files.filter(({ day }) => day >= from && day <= to));
          },
          close: () => Promise.resolve(),
        } as unknown as Site),
      connectTemporal: () => Promise.resolve(temporal(desk)),
      now: () => NOW_MS,
    },
  };
  return desk;
}

function temporal(desk: Desk): TemporalAccess {
  const progress = {
    ...{ day: RUNNING, since: '2026-12-01', stage: 'archive', packages: 2, items: 10, settled: 4 },
    ...{ notArchived: 1, startedAt: '2026-12-05T08:59:40Z', running: [] },
  };
  const client = {
    withDeadline: (_deadline: number, work: () => unknown) => work(),
    connection: { close: () => Promise.resolve() },
    workflow: {
      async *list() {
        desk.looks += 1;
        for (const day of desk.running) {
          yield {
            ...{ workflowId: `o2-day:o2:${day}`, runId: 'r', status: { name: 'RUNNING' } },
            startTime: new Date(NOW_MS - 20_000),
            typedSearchAttributes: { get: () => day },
          };
        }
      },
      getHandle: () => ({ query: () => Promise.resolve(progress) }),
    },
    schedule: {
      getHandle: () => ({
        describe: () =>
          Promise.resolve({
            state: { paused: false, note: '' },
            info: { nextActionTimes: [new Date('2026-12-06T02:00:00Z')] },
          }),
      }),
    },
  };
  return { client, address: 'h:1', namespace: 'default' } as unknown as TemporalAccess;
}

function aFile(day: string, over: Partial<SiteFile> = {}): SiteFile {
  const name = `${day.replaceAll('-', '')}0000-TeleMessage_1_x`;
  return {
    ...{ name: `${name}.zip`, package: name, day, sizeBytes: 3, modifiedAt: `${day}T23:00:00Z` },
    ...over,
  };
}

async function report(staging: Staging, day: string, number: number): Promise<void> {
  const one = { day, number, outcome: 'complete', balances: true, writtenAt: `${day}T02:00:00Z` };
  await staging.reports.write({ ...one, books: {} } as Report, { csv: '', html: '' });
}

async function document(desk: Desk, ...argv: string[]) {
  const { out, code } = await typed(['status', '--json', ...argv], desk.around);
  return { code, document: JSON.parse(out) as StatusDocument };
}

describe('status', () => {
  it('tells a day by its latest report, signed only by a signature of that one', async () => {
    const desk = aDesk();
    const sign = (day: string, number: number) =>
      desk.staging.signatures.add({ day, report: number, by: 'ann', at: '', note: '' });
    await report(desk.staging, '2026-12-01', 1);
    await report(desk.staging, '2026-12-01', 2);
    await sign('2026-12-01', 1);
    await report(desk.staging, '2026-12-02', 1);
    await sign('2026-12-02', 1);

    const all = await document(desk);
    const one = await document(desk, '--day', '2026-12-01');

    const told = ({ days }: StatusDocument) =>
      days.map(({ day, report: number, isSigned }) => [day, number, isSigned]);
    assert.deepEqual(told(all.document), [
      ['2026-12-02', 1, true],
      ['2026-12-01', 2, false],
    ]);
    assert.deepEqual(told(one.document), [['2026-12-01', 2, false]]);
    assert.equal(all.code, 0);
  });

  it('has the last seven days, those without a report too', async () => {
    const desk = aDesk();
    desk.running = [RUNNING];
    await report(desk.staging, '2026-12-02', 1);
    const waiver = { by: 'ann', at: '', reason: 'closed' };
    await desk.staging.waivedDays.add({ day: '2026-12-01', ...waiver });

    const { week, missing, waivedDays } = (await document(desk)).document;

    assert.deepEqual(
      week.map(({ day, outcome }) => `${day} ${outcome}`),
      ['2026-12-04 running', '2026-12-03 missing', '2026-12-02 complete', '2026-12-01 waived'],
    );
    assert.deepEqual(
      missing.map(({ day }) => day),
      ['2026-12-03', '2026-12-04'],
    );
    assert.deepEqual(waivedDays, [{ connector: 'o2', day: '2026-12-01', ...waiver }]);
  });

  it('tells how far a run is, and how many of its items are those of its day', async () => {
    const desk = aDesk();
    desk.running = [RUNNING];
    await desk.staging.packages.writeIndex({
      ...anIndex([anEntry(keyOf(1)), anEntry(keyOf(2))]),
      day: RUNNING,
    });

    const [run] = (await document(desk)).document.runs;

    assert.deepEqual(run?.progress, {
      ...{ stage: 'archive', packages: 2, since: '2026-12-01', items: 10, itemsOfDay: 2 },
      ...{ settled: 4, notArchived: 1, perSecond: 0.2, secondsLeft: 30 },
    });
  });

  it('names the item that was held first, whoever it waits for', async () => {
    const desk = aDesk();
    const hold = (number: number, person: string, at: string) => {
      const item = { ...aReference(keyOf(number)), at };
      return desk.staging.held.write(
        { person, itemKey: keyOf(number) },
        { item, reason: 'no-user' },
      );
    };
    await hold(1, 'a', '2026-12-03T10:00:00Z');
    await hold(2, 'b', '2026-12-02T10:00:00Z');
    await hold(2, 'a', '2026-12-02T10:00:00Z');

    const { held } = (await document(desk)).document;

    const oldest = { itemKey: keyOf(2), at: '2026-12-02T10:00:00Z' };
    assert.deepEqual(held, [{ connector: 'o2', people: 2, items: 2, oldest }]);
  });

  it('names the oldest package at the site that is not staged as it lies there', async () => {
    const desk = aDesk();
    const staged = aFile('2026-12-01');
    const grown = aFile('2026-12-02', { sizeBytes: 9 });
    async function* bytes() {
      yield Buffer.from('zip');
    }
    await desk.staging.packages.receive(staged, bytes(), '', []);
    await desk.staging.packages.receive({ ...grown, sizeBytes: 3 } as never, bytes(), '', []);
    desk.files = [aFile('2026-11-30'), staged, aFile('2026-12-04'), grown];

    const [site] = (await document(desk)).document.sites;

    assert.ok(site);
    assert.equal(site.unfetched, 2);
    assert.equal(site.oldest?.package, grown.package);
    assert.equal(site.oldest.isBeyondLookback, false);
  });

  it('tells why the site could not be asked, waits for it no longer than its deadline, and goes on', async (t) => {
    const desk = aDesk();
    const asked = Promise.withResolvers<undefined>();
    const silent = {
      list: () => {
        asked.resolve(undefined);
        return new Promise(() => undefined);
      },
      close: () => Promise.resolve(),
    } as unknown as Site;
    t.mock.timers.enable({ apis: ['setTimeout'] });

    const answer = typed(['status', '--json'], {
      ...desk.around,
      openSite: () => Promise.resolve(silent),
    });
    await asked.promise;
    t.mock.timers.tick(5_000);
    const { out, code } = await answer;

    const [site] = (JSON.parse(out) as StatusDocument).sites;
    assert.ok(site);
    assert.match(site.problem ?? '', /The site did not answer within 5 s/);
    assert.equal(site.unfetched, null);
    assert.equal(code, 0);
  });

  it('shows what staging tells where Temporal is away, and exits 4', async () => {
    const desk = aDesk();
    await report(desk.staging, '2026-12-02', 1);
    const { connectTemporal: _away, ...around } = desk.around;

    const { out, code } = await typed(['status', '--json'], around);

    const { days, unreachable, silent } = JSON.parse(out) as StatusDocument;
    assert.deepEqual(silent, [{ connector: 'o2', source: 'temporal' }]);
    assert.equal(days.length, 1);
    assert.deepEqual(unreachable, ['it does not answer.']);
    assert.equal(code, 4);
  });
});

describe('one look after the other', () => {
  it('asks the site again when a run has taken a step or minutes are over, not each time', async () => {
    const desk = aDesk();
    let nowMs = NOW_MS;
    const session = {
      connectors: load(MINIMAL).connectors,
      now: () => nowMs,
      temporal: () => Promise.resolve(temporal(desk)),
      staging: () => Promise.resolve(desk.staging),
      openSite: desk.around.openSite,
    } as unknown as Session;
    const look = statusLooks(session, undefined);
    const lists = async (change: () => void) => {
      change();
      await look();
      return desk.siteLists;
    };

    assert.equal(await lists(() => undefined), 1);
    assert.equal(await lists(() => (nowMs += 60_000)), 1);
    assert.equal(await lists(() => (desk.running = [RUNNING])), 2);
    assert.equal(await lists(() => (nowMs += 1_000)), 2);
    assert.equal(await lists(() => (nowMs += 300_000)), 3);
  });
});

describe('status on a terminal', () => {
  const onScreen = (desk: Desk, screen: Screen, ...argv: string[]) =>
    typed(['status', ...argv], { ...desk.around, screen });

  it('is one look where nothing runs, and with --once', async () => {
    const [quiet, busy] = [aDesk(), aDesk()];
    busy.running = [RUNNING];
    const screen = aScreen();

    const still = await onScreen(quiet, screen);
    const once = await onScreen(busy, screen, '--once');

    assert.match(still.out, /nothing now/);
    assert.match(once.out, /4 of 10 items since 2026-12-01/);
    assert.deepEqual(screen.written, []);
  });

  it('is live while a day runs, ends with it, and leaves what was seen last', async () => {
    const desk = aDesk();
    desk.running = [RUNNING];
    const screen = aScreen();
    const keep = screen.write;
    const seen = { ...screen, write: (text: string) => (keep(text), (desk.running = [])) };

    const { code, out } = await onScreen(desk, seen);

    assert.match(screen.written.join(''), /4 of 10 items/);
    assert.ok(screen.written.at(-1)?.endsWith('[?1049l'));
    assert.match(out, /runs +nothing now/);
    assert.equal(code, 0);
    assert.equal(desk.looks, 2);
  });

  it('ends at Ctrl-C with 0 and says what goes on', async () => {
    const desk = aDesk();
    desk.running = [RUNNING];
    const screen = aScreen();
    const interrupted = {
      ...screen,
      write: () => void setImmediate(() => process.emit('SIGINT')),
    };

    const { code, out, err } = await onScreen(desk, interrupted);

    assert.equal(code, 0);
    assert.match(out, /4 of 10 items/);
    assert.match(err, /Stopped watching\. On the server these go on:\n {2}o2-day:o2:2026-12-04/);
  });

  it('refuses --live where no terminal is, and beside --once', async () => {
    const piped = await typed(['status', '--live'], aDesk().around);
    const json = await onScreen(aDesk(), aScreen(), '--live', '--json');
    const both = await onScreen(aDesk(), aScreen(), '--live', '--once');

    assert.deepEqual([piped.code, json.code, both.code], [2, 2, 2]);
    assert.match(piped.err, /needs a terminal/);
  });
});
