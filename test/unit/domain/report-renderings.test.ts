import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Report } from '../../../src/domain/report.ts';
import { renderCsv } from '../../../src/domain/report-csv.ts';
import { renderHtml } from '../../../src/domain/report-html.ts';

const HOSTILE = '=HYPERLINK("https://evil.example","x")@example.com';

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
    flags: {
      encrypted: 1025,
      'time-corrected': 1026,
      'files-removed-at-source': 1027,
      'connected-without-recording': 1028,
    },
    amended: { count: 1029, groups: [{ keys: ['aa11', 'bb22'] }] },
    lateItems: 1030,
    lateDays: ['2026-11-18'],
    open: ['cc33'],
    changes: ['failed: 3 → 1'],
    ...over,
  };
}

/** Every number and every word of the report that a person reads, from the document itself. */
function saidBy(report: unknown): string[] {
  if (Array.isArray(report)) return report.flatMap(saidBy);
  if (typeof report === 'object' && report !== null) return Object.values(report).flatMap(saidBy);
  return typeof report === 'string' || typeof report === 'number' ? [String(report)] : [];
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
    const { version: _, ...report } = aReport();
    const page = renderHtml(aReport());

    for (const said of saidBy(report)) {
      const escaped = said.replaceAll('"', '&quot;');
      // The outcome is told as a sentence.
      assert.ok(page.includes(escaped) || said === 'failed' || said === 'taken', said);
    }
    assert.match(page, /do not balance/);
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
    const page = renderHtml(aReport({ unmapped: [{ ...person!, address }], open: ['<b>'] }));

    assert.doesNotMatch(page, /<script|<b>/);
  });
});
