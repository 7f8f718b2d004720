import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Look } from '../../../src/cli/look.ts';
import { PLAIN, widthOf } from '../../../src/cli/look.ts';
import type { StatusDocument } from '../../../src/cli/status-document.ts';
import { statusLines } from '../../../src/cli/status-text.ts';
import type { AlarmCode } from '../../../src/domain/alarm.ts';
import { aProgress, aStatus, KEY, NOW_MS } from './status-document.ts';

const ESCAPE = '\u001b';

const lines = (over: Partial<StatusDocument> = {}, look: Look = PLAIN) =>
  statusLines(aStatus(over), NOW_MS, look);
const text = (over: Partial<StatusDocument> = {}, look: Look = PLAIN) =>
  lines(over, look).join('\n');
const columns = (count: number): Look => ({ ...PLAIN, columns: count });
const withProgress = (over: Parameters<typeof aProgress>[0]): Partial<StatusDocument> => ({
  runs: aStatus().runs.map((run) => ({ ...run, progress: aProgress(over) })),
});

describe('the status', () => {
  it('tells what runs, its stage, rate and time left, and whose items are counted', () => {
    const shown = text();

    assert.match(shown, /2026-11-23 since 2026-11-24T02:00:00Z \(12 min 0 s\)/);
    assert.match(shown, /fetch ✓ {2}check ✓ {2}archive … {2}report ·/);
    assert.match(shown, /155 of 310 items since 2026-11-16; 155 of them are of the day itself/);
    assert.match(shown, /2\.1 items\/s, about 1 min 14 s left/);
    assert.match(shown, /3 not archived/);
    assert.match(shown, /workflow o2-day:o2:2026-11-23/);
  });

  it('tells the next run, held, unfetched and missing, each with the oldest and what to type', () => {
    const shown = text();

    assert.match(shown, /active, next run 2026-11-25T02:00:00Z \(in 23 h 48 min\)/);
    assert.match(shown, /12 items for 3 people/);
    assert.match(
      shown,
      new RegExp(`oldest was sent 2026-11-02T10:00:00Z \\(21 days ago\\): ${KEY}`),
    );
    assert.match(shown, /2 packages not fetched; the oldest, of 2026-11-23: 202611230000-Tele/);
    assert.match(shown, /1,234,567 bytes, there since 2026-11-24T01:12:00Z \(1 h 0 min\)/);
    assert.match(shown, /1 day without a report: 2026-11-19\n/);
    assert.match(shown, /o2-archiver backfill --connector o2 --from 2026-11-19 --to 2026-11-19/);
  });

  it('has a line for each of the last days, whether it has a report or not', () => {
    const week = lines().slice(-5);

    assert.match(week[0] ?? '', /^2026-11-23 {2}running +– +– /);
    assert.match(week[1] ?? '', /^2026-11-22 {2}complete +yes +160 +155 +1 +2 +0 +2 +2$/);
    assert.match(week[2] ?? '', /^2026-11-21 {2}no-delivery +– +– +– +– +– +– +– +2$/);
    assert.match(week[3] ?? '', /^2026-11-20 {2}waived/);
    assert.match(week[4] ?? '', /^2026-11-19 {2}missing/);
  });

  it('begins with what does not answer and the alarms that stand', () => {
    const shown = lines({ unreachable: ['Temporal at h:1 does not answer.'] });

    assert.equal(shown[0], 'NOT ANSWERING: Temporal at h:1 does not answer.');
    assert.match(
      shown[2] ?? '',
      /^ALARM since 2026-11-22T20:00:00Z: no-delivery \(o2, 2026-11-21\)/,
    );
  });

  it('ends an alarm with its command, whole, of the day that it is about', () => {
    const alarm = (code: AlarmCode, subject: string | null) => {
      const row = { connector: 'o2', code, subject, workflowId: 'o2-day:o2:2026-11-23' };
      return lines({ alarms: [{ ...row, runId: 'r', raisedAt: '2026-11-23T20:00:00Z' }] })[0];
    };

    assert.equal(
      alarm('books-discrepancy', '2026-11-18'),
      'ALARM since 2026-11-23T20:00:00Z: books-discrepancy (o2, 2026-11-18), raised by o2-day:o2:2026-11-23. The books of the day do not balance. Its report names the items: o2-archiver report --connector o2 --day 2026-11-18',
    );
    assert.match(
      alarm('mapping-invalid', null) ?? '',
      /\. Run: o2-archiver mapping activate --connector o2 FILE$/,
    );
    assert.match(alarm('package-refused', 'a DAY.zip') ?? '', /to deliver it again\.$/);
  });

  it('tells who paused the schedule and why, also when another hand did', () => {
    const paused = (note: string | null) => {
      const [schedule] = aStatus().schedules;
      assert.ok(schedule);
      return text({ schedules: [{ ...schedule, state: 'paused', note, next: null }] });
    };
    const ours = 'Paused by ann@desk at 2026-11-23T09:00:00Z: new account';

    assert.match(paused(ours), new RegExp(`PAUSED\\. ${ours}\n`));
    assert.match(paused('busy'), /Paused by another hand than o2-archiver, its note: busy/);
    assert.match(paused(null), /another hand than o2-archiver, without a note/);
    assert.match(paused(null), /o2-archiver schedule resume --connector o2/);
    assert.ok(!paused(`a${ESCAPE}[2Jb`).includes(ESCAPE));
  });

  it('says in words where nothing is there, and why the site could not be asked', () => {
    const [site] = aStatus().sites;
    assert.ok(site);
    const well = { connector: 'o2', people: 0, items: 0, oldest: null };
    const quiet = { runs: [], held: [well], missing: [] };
    const unfetched = { ...site, unfetched: 0, oldest: null };

    const shown = text({ ...quiet, sites: [unfetched] });
    assert.match(shown, /runs +nothing now/);
    assert.match(shown, /held +nothing/);
    assert.match(shown, /site +every package there is fetched/);
    assert.doesNotMatch(shown, /without a report/);
    const away = { ...site, unfetched: null, oldest: null, problem: 'The site did not answer.' };
    assert.match(text({ sites: [away] }), /could not be asked: The site did not answer\./);
    const old = { ...site, oldest: site.oldest && { ...site.oldest, isBeyondLookback: true } };
    assert.match(text({ sites: [old] }), /No daily run looks back so far: o2-archiver backfill/);
  });

  it('tells a run that waits, stands still, has no worker, or is over', () => {
    const run = aStatus().runs[0];
    assert.ok(run);

    assert.match(
      text(withProgress({ stage: 'waiting' })),
      /the site has no package of the day yet/,
    );
    assert.match(text(withProgress({ perSecond: 0 })), /no item has ended within the last minute/);
    const drained = [{ connector: 'o2', since: run.startedAt, by: 'ann@host', reason: null }];
    const held = text({ ...withProgress({ perSecond: 2.6, secondsLeft: 79 }), drained });
    assert.match(held, /waits: what is in flight ends, nothing more is started/);
    assert.doesNotMatch(held, /items\/s/);
    assert.match(text({ runs: [{ ...run, progress: null }] }), /no worker answers now/);
    assert.match(
      text({ runs: [{ ...run, status: 'FAILED', progress: null }] }),
      /2026-11-23 failed, begun 2026-11-24T02:00:00Z/,
    );
    assert.match(text(withProgress({ since: '2026-11-23' })), /155 of 310 items\n/);
  });

  it('tells a dry run from a run, and does not take its day for one that runs', () => {
    const [run] = aStatus().runs;
    assert.ok(run);
    const dry = { ...run, dryRun: true, progress: aProgress({ stage: 'rehearse', since: null }) };
    const missing = [{ connector: 'o2', day: '2026-11-23' }];

    const shown = text({ runs: [dry], missing });
    assert.match(shown, /2026-11-23, a dry run, since 2026-11-24T02:00:00Z/);
    assert.match(shown, /fetch ✓ {2}try …\n/);
    assert.match(shown, /155 of 310 items\n/);
    assert.match(shown, /1 day without a report: 2026-11-23/);
  });

  it('says what is not known where somebody does not answer, and not that nothing is there', () => {
    const silent = (source: 'temporal' | 'staging') => [{ connector: 'o2', source }];
    const nothing = { runs: [], schedules: [], days: [], week: [], held: [] };

    const shown = text({ ...nothing, silent: silent('temporal') });
    assert.match(shown, /runs +not known: Temporal does not answer/);
    assert.match(shown, /no report yet/);
    assert.match(text({ ...nothing, silent: silent('staging') }), /the days are not known/);
    assert.doesNotMatch(text({ silent: silent('staging') }), /not known/);
  });

  it('names the days that were left out, with who and why', () => {
    const waiver = {
      connector: 'o2',
      by: 'ann',
      at: '2026-11-22T08:00:00Z',
      reason: 'site closed',
    };
    const waivedDays = ['2026-11-19', '2026-11-20'].map((day) => ({ ...waiver, day }));

    const said = /waived +2026-11-19, 2026-11-20 by ann on 2026-11-22T08:00:00Z: site closed/;
    assert.match(text({ waivedDays }), said);
  });

  it('does not call a day missing that runs now', () => {
    const missing = [{ connector: 'o2', day: '2026-11-23' }];

    assert.doesNotMatch(text({ missing }), /without a report/);
  });

  it('shows each connector by itself', () => {
    const { held, sites } = aStatus();
    const shown = text({
      held: held.flatMap((row) => [row, { ...row, connector: 'sales', items: 7 }]),
      sites: sites.flatMap((row) => [row, { ...row, connector: 'sales' }]),
    });

    assert.match(shown, /^o2$[^]*12 items[^]*^sales$[^]*7 items/m);
  });

  for (const width of [30, 40, 80, 120]) {
    it(`fits ${String(width)} columns, and says the same there`, () => {
      const shown = lines({ unreachable: ['Temporal at h:1 does not answer.'] }, columns(width));

      for (const line of shown) assert.ok(widthOf(line) <= width, `${String(width)}: "${line}"`);
      assert.ok(shown.join('').replaceAll(/\s+/g, '').includes(KEY));
      assert.match(shown.join('\n'), /50 %|155 of 310/);
    });
  }

  it('keeps what matters of a day where the columns are few', () => {
    const [head, , complete] = lines({}, columns(40)).slice(-6);

    assert.equal(head, 'day        outcome     imported failed');
    assert.equal(complete, '2026-11-22 complete         155      2');
  });

  it('draws a bar where somebody looks, and none in a pipe', () => {
    assert.match(text({}, columns(80)), /█{20}░{20} {2}50 %/);
    assert.doesNotMatch(text(), /█/);
  });

  it('is painted only by who may, and no colour is all that tells', () => {
    const painted: Look = {
      columns: 80,
      paint: (style, words) => `\u001b[1m${style}\u001b[0m${words}`,
    };
    const bare = text({}, columns(80));

    assert.ok(!bare.includes(ESCAPE));
    assert.ok(text({}, painted).includes(`red${ESCAPE}[0mALARM`));
    assert.match(bare, /ALARM/);
  });
});
