import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { reportText } from '../../../src/cli/report-text.ts';
import type { Report } from '../../../src/domain/report.ts';

function aReport(change: Partial<Report> = {}): Report {
  return {
    version: 1,
    connector: 'o2',
    day: '2026-11-23',
    window: { from: '2026-11-23T00:00:00Z', to: '2026-11-24T00:00:00Z' },
    number: 2,
    writtenAt: '2026-11-24T02:05:00Z',
    outcome: 'partial',
    balances: true,
    books: {
      available: 1_204,
      imported: 1_190,
      partiallyImported: 3,
      skipped: 2,
      waived: 1,
      failed: 8,
      items: 900,
      itemsWithReceipt: 900,
    },
    thisRun: { started: 900, imported: 1_190, unchanged: 0 },
    kinds: { sms: 700, mms: 100, call: 100 },
    itemOutcomes: { imported: 890, partial: 3, skipped: 2, unmapped: 5, waived: 0, failed: 0 },
    packages: [
      {
        name: '202611230000-TeleMessage_1_x',
        delivery: 1,
        sha256: 'a'.repeat(64),
        outcome: 'taken',
        reason: null,
        notes: [],
        items: 900,
        isLate: false,
      },
    ],
    failures: [{ reason: 'no-user', count: 8, oldest: '2026-11-22T23:10:00Z' }],
    unmapped: [
      {
        ...{ number: '+447700900123', address: null, reason: 'no-user', items: 5 },
        ...{ itemsOverall: 17, since: '2026-11-02T09:15:42Z' },
      },
    ],
    amended: { count: 0, groups: [] },
    flags: {
      encrypted: 0,
      'unknown-charset': 0,
      'doubtful-text': 0,
      'time-corrected': 1,
      'files-removed-at-source': 0,
      'connected-without-recording': 0,
    },
    lateItems: 0,
    lateDays: [],
    open: [],
    changes: [],
    ...change,
  };
}

describe('the report on a terminal', () => {
  it('names first the earlier days without a report, and who left out which and why', () => {
    const waiver = { by: 'ann@host', at: '2026-11-21T09:00:00Z', reason: 'the tenant was closed' };
    const days = {
      gaps: ['2026-11-05', '2026-11-10', '2026-11-11', '2026-11-12'],
      waivedDays: ['2026-11-19', '2026-11-20'].map((day) => ({ day, ...waiver })),
    };
    const said =
      /4 EARLIER DAYS WITHOUT A REPORT when this was written: 2026-11-05, 2026-11-10 to 2026-11-12\n.*o2-archiver status --connector o2\n2 earlier days left out on purpose: 2026-11-19, 2026-11-20, by ann@host on 2026-11-21T09:00:00Z: the tenant was closed\n\n/;

    assert.match(reportText(aReport(days)), said);
    assert.match(reportText(aReport({ ...days, outcome: 'no-delivery' })), said);
    assert.doesNotMatch(reportText(aReport()), /EARLIER|earlier/);
  });

  it('shows the equation as a sum with aligned figures', () => {
    const text = reportText(aReport());

    assert.match(
      text,
      new RegExp(
        [
          '    available           1,204',
          '  = imported            1,190',
          '  \\+ partially imported      3',
          '  \\+ skipped                 2',
          '  \\+ waived                  1',
          '  \\+ failed                  8',
        ].join('\n'),
      ),
    );
  });

  it('says whether the books balance, and names what is open', () => {
    const open = aReport({ balances: false, open: ['b'.repeat(64)] });
    const books = { ...open.books, itemsWithReceipt: 899 };

    assert.match(reportText(aReport()), /The books balance\./);
    assert.match(reportText({ ...open, books }), /DO NOT BALANCE[^]*1 STILL OPEN[^]*open: bbbb/);
  });

  it('says in words that nothing was delivered, in place of figures that are all 0', () => {
    const text = reportText(aReport({ outcome: 'no-delivery', balances: false, packages: [] }));

    assert.match(text, /no-delivery {2}NOTHING WAS DELIVERED: the site had no package/);
    assert.match(text, /o2-archiver run --connector o2 --day 2026-11-23 --wait$/);
    assert.doesNotMatch(text, /BALANCE|available|imported/);
  });

  it('gives each reason with what to do, and each person without a mailbox once', () => {
    const text = reportText(aReport());

    assert.match(text, /no-user +8 +2026-11-22T23:10:00Z +.*Add a row to the mapping CSV/);
    assert.equal(text.split('+447700900123').length, 2);
  });

  it('explains a refused package', () => {
    const [taken] = aReport().packages;
    assert.ok(taken);
    const refused = { ...taken, outcome: 'refused' as const, reason: 'no-manifest' as const };

    assert.match(reportText(aReport({ packages: [refused] })), /holds no \.mf manifest/);
  });

  it('asks for a refused package no more once it was delivered again and taken', () => {
    const [taken] = aReport().packages;
    assert.ok(taken);
    const refused = { ...taken, outcome: 'refused' as const, reason: 'no-manifest' as const };
    const again = { ...taken, delivery: 2 };

    const cured = reportText(aReport({ packages: [refused, again] }));
    assert.doesNotMatch(cured, /Packages refused as a whole/);
    assert.match(cured, /refused, delivered again and taken: no-manifest/);
    const anew = { ...refused, delivery: 3 };
    const stands = reportText(aReport({ packages: [refused, again, anew] }));
    assert.match(stands, /Ask TeleMessage[^]*_1_x +3 +no-manifest/);
  });

  it('names each partial copy with the cure that it has', () => {
    const copy = { itemKey: 'ab'.repeat(32), mailbox: 'user-1', omitted: 1, isCutAtSource: false };
    const cut = { ...copy, mailbox: 'user-2', omitted: 0, isCutAtSource: true };

    const text = reportText(aReport({ partial: [copy, cut] }));
    assert.match(text, /Archived, but 3 copies lack something/);
    assert.match(
      text,
      /abab +user-1 +1 +over a limit of the mailbox or limits\.maxItemBytes: raise it/,
    );
    assert.match(text, /abab +user-2 +0 +removed at the source: nothing to cure here/);
    assert.match(text, /and 1 more\. Their items: o2-archiver items .*--outcome partial/);
    assert.match(
      text,
      /raise limits\.maxItemBytes where .* else raise the limit of the mailbox: Set/,
    );
    assert.match(text, /Set-Mailbox USER -MaxReceiveSize 150MB -MaxSendSize 150MB/);
    assert.match(text, /o2-archiver retry --connector o2 --item KEY/);
    assert.doesNotMatch(reportText(aReport({ partial: [cut] })), /Set-Mailbox/);
    assert.match(reportText(aReport()), /3 copies lack something\nTheir items: o2-archiver items/);
  });

  it('says how many copies are waived, and how to see who and why', () => {
    const waived =
      /1 copy is waived\..*o2-archiver items --connector o2 --day 2026-11-23 --outcome waived/;

    assert.match(reportText(aReport()), waived);
    const books = { ...aReport().books, waived: 0 };
    assert.doesNotMatch(reportText(aReport({ books })), /o2-archiver items .*waived/);
  });

  it('lets no name from outside steer the terminal', () => {
    const [taken] = aReport().packages;
    assert.ok(taken);
    const hostile = { ...taken, name: 'a\u001b[2Jb', notes: ['c\u0007d'] };

    const text = reportText(aReport({ packages: [hostile] }));

    // eslint-disable-next-line no-control-regex -- their absence is what is asserted
    assert.doesNotMatch(text, /[\u001b\u0007]/);
  });
});
