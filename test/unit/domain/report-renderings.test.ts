import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DomUtils, parseDocument } from 'htmlparser2';
import type { Report } from '../../../src/domain/report.ts';
import { renderCsv } from '../../../src/domain/report-csv.ts';
import { renderHtml } from '../../../src/domain/report-html.ts';
import { grouped } from '../../../src/domain/report-markup.ts';

const HOSTILE = '=HYPERLINK("https://evil.example","x")@example.com';

const SILENT = { status: 'suspended', since: '2026-10-31' };

/** A report in which no two figures are the same, so that each can be looked for by itself. */
function aReport(over: Partial<Report> = {}): Report {
  return {
    version: 1,
    connector: 'o2',
    day: '2026-11-23',
    window: { from: '2026-11-23T00:00:00Z', to: '2026-11-24T00:00:00Z' },
    number: 71,
    writtenAt: '2026-11-24T02:13:00Z',
    outcome: 'failed',
    balances: false,
    books: {
      available: 1001,
      imported: 1002,
      partiallyImported: 1003,
      skipped: 1004,
      waived: 1005,
      failed: 1006,
      items: 1007,
      itemsWithReceipt: 1008,
    },
    thisRun: { started: 1009, imported: 1010, unchanged: 1011 },
    kinds: { sms: 1012, mms: 1013, call: 1014 },
    itemOutcomes: {
      imported: 1015,
      partial: 1016,
      skipped: 1017,
      unmapped: 1018,
      waived: 1019,
      failed: 1020,
    },
    packages: [
      {
        name: 'p1',
        delivery: 2,
        sha256: 'ab12',
        outcome: 'taken',
        reason: null,
        notes: ['A note.'],
        items: 1021,
        isLate: true,
      },
    ],
    failures: [{ reason: 'no-user', count: 1022, oldest: '2026-11-20T09:00:00Z' }],
    unmapped: [
      {
        number: '+447700900123',
        address: HOSTILE,
        reason: 'no-user',
        items: 1023,
        itemsOverall: 1024,
        since: '2026-11-19T09:00:00Z',
      },
    ],
    partial: [{ itemKey: 'ee55', mailbox: 'user-ff66', omitted: 1047, isCutAtSource: true }],
    flags: {
      encrypted: 1025,
      'unknown-charset': 1048,
      'doubtful-text': 1049,
      'time-corrected': 1026,
      'files-removed-at-source': 1027,
      'connected-without-recording': 1028,
    },
    amended: { count: 1029, groups: [{ keys: ['aa11', 'bb22'] }] },
    lateItems: 1030,
    lateDays: ['2026-11-18'],
    open: ['cc33'],
    changes: ['failed: 3 → 1'],
    mappingVersion: 'v-1031',
    hours: { ofTheDay: Array.from({ length: 24 }, (_, hour) => 2_000 + hour), otherDays: 1032 },
    lateness: { items: 1033, medianSeconds: 41_034, maxSeconds: 351_035, over24Hours: 1036 },
    withoutRecording: ['dd44'],
    trend: [
      { day: '2026-11-21', outcome: 'complete', items: 1037, failed: 1038 },
      { day: '2026-11-22', outcome: null, items: null, failed: null },
      { day: '2026-11-23', outcome: 'failed', items: 1007, failed: 1006 },
    ],
    gaps: ['2026-11-02', '2026-11-09'],
    waivedDays: [{ day: '2026-11-22', by: HOSTILE, at: '2026-11-23T10:31:00Z', reason: '=closed' }],
    coverage: {
      ...{ problem: null, registered: 1039, withItems: 1040, packagesNotCovered: 1041 },
      silentCount: 1042,
      silent: [
        { ...{ number: '+447700900555', address: 'silent@example.com' }, ...SILENT },
        { ...{ number: null, address: HOSTILE }, ...SILENT },
      ],
      unregisteredCount: 1043,
      unregistered: [{ number: '+447700900666', address: 'p@example.com', items: 1044 }],
      faultyRows: 1045,
      faults: [{ row: 1046, problem: 'The number is not one.', cure: 'Write it anew.' }],
    },
    ...over,
  };
}

/** Every number and every word of the report that a person reads, from the document itself. */
function saidBy(report: unknown): string[] {
  if (Array.isArray(report)) return report.flatMap(saidBy);
  if (typeof report === 'object' && report !== null) return Object.values(report).flatMap(saidBy);
  return typeof report === 'string' || typeof report === 'number' ? [String(report)] : [];
}

/** What a reader sees of a page, and the times that its words stand for. */
function read(page: string): { text: string; times: string[] } {
  const document = parseDocument(page);
  const main = DomUtils.getElementsByTagName('main', document);
  const times = DomUtils.getElementsByTagName('time', document);
  return {
    text: DomUtils.textContent(main),
    times: times.map((time) => time.attribs['datetime'] ?? ''),
  };
}

/** RFC 4180. */
function cellsOf(csv: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

describe('a report', () => {
  it('says in its CSV all that it says as JSON', () => {
    const { version: _, ...report } = aReport();
    const cells = cellsOf(renderCsv(aReport())).flat();

    for (const said of saidBy(report)) {
      const isThere = cells.some((cell) => cell === said || cell.includes(said));
      assert.ok(isThere, said);
    }
  });

  it('says in its page all that it says as JSON', () => {
    const { version: _, lateness, outcome, ...report } = aReport();
    const { text, times } = read(renderHtml(aReport()));

    for (const said of saidBy(report)) {
      const number = /^\d+$/.test(said) ? grouped(Number(said)) : said;
      const isThere = text.includes(number) || times.includes(said);
      assert.ok(isThere, said);
    }
    assert.match(text, /do not balance/);
    assert.equal(outcome, 'failed');
    assert.ok(text.includes('Failed.'));
    // 41,034 and 351,035 seconds.
    assert.ok(lateness);
    assert.ok(text.includes('11 h 23 min 54 s'));
    assert.ok(text.includes('4 d 1 h 30 min 35 s'));
    for (const count of [lateness.items, lateness.over24Hours]) {
      assert.ok(text.includes(grouped(count)), String(count));
    }
  });

  it('holds in its CSV no cell that a spreadsheet would run, whatever came from outside', () => {
    const start = fc.constantFrom(
      '=',
      '+',
      '-',
      '@',
      '\t',
      '\r',
      '\n',
      '＝',
      '＋',
      '－',
      '＠',
      'a',
    );
    const hostile = fc.tuple(start, fc.string()).map(([first, rest]) => first + rest);
    fc.assert(
      fc.property(hostile, hostile, (number, address) => {
        const [person] = aReport().unmapped;
        const csv = renderCsv(
          aReport({ unmapped: [{ ...person!, number, address }], changes: [address] }),
        );

        const rows = cellsOf(csv);
        for (const row of rows) {
          assert.equal(row.length, 4);
          for (const cell of row) assert.doesNotMatch(cell, /^[=+\-@\t\r\n＝＋－＠]/);
        }
        assert.ok(rows.some(([section, name]) => section === 'unmapped' && name?.endsWith(number)));
      }),
      { verbose: true },
    );
  });

  it('cannot bring markup into its page', () => {
    const address = '<script>alert(1)</script>"\'@example.com';
    const [person] = aReport().unmapped;
    const { coverage } = aReport();
    const page = renderHtml(
      aReport({
        unmapped: [{ ...person!, number: address, address }],
        open: [address],
        changes: [address],
        lateDays: [address],
        mappingVersion: address,
        connector: address,
        withoutRecording: [address],
        trend: [{ day: address, outcome: null, items: null, failed: null }],
        waivedDays: [{ day: '2026-11-22', by: address, at: address, reason: address }],
        coverage: {
          ...coverage!,
          silent: [{ number: address, address, status: address, since: '2026-11-01' }],
          unregistered: [{ number: address, address, items: 1 }],
          faults: [{ row: 1, problem: address, cure: address }],
        },
      }),
    );

    assert.equal(DomUtils.getElementsByTagName('script', parseDocument(page)).length, 0);
    assert.doesNotMatch(page, /<script|alert\(1\)<\/script/);
    const said = DomUtils.textContent(parseDocument(page)).split(address).length - 1;
    assert.ok(said >= 15, String(said));
  });
});
