import type { Look, Style } from './look.ts';
import { NARROW_COLUMNS } from './look.ts';
import type { DayRow, StatusDocument, WeekRow } from './status-document.ts';
import { grouped } from './table.ts';

interface Column {
  readonly head: string;
  /** Null for a day of which nothing of the kind can be said. */
  readonly of: (day: DayRow) => string | number | null;
  /** The column with the greatest goes first where the terminal is too narrow for all. */
  readonly dispensable: number;
}

const isDelivered = ({ outcome }: DayRow) => outcome !== 'no-delivery';
const copies = (of: (books: DayRow['books']) => number) => (day: DayRow) =>
  isDelivered(day) ? of(day.books) : null;

const COLUMNS: readonly Column[] = [
  {
    head: 'balances',
    of: (day) => (isDelivered(day) ? (day.balances ? 'yes' : 'NO') : null),
    dispensable: 4,
  },
  { head: 'available', of: copies((books) => books.available), dispensable: 5 },
  { head: 'imported', of: copies((books) => books.imported), dispensable: 1 },
  { head: 'partial', of: copies((books) => books.partiallyImported), dispensable: 3 },
  { head: 'skipped', of: copies((books) => books.skipped), dispensable: 7 },
  { head: 'waived', of: copies((books) => books.waived), dispensable: 6 },
  { head: 'failed', of: copies((books) => books.failed), dispensable: 0 },
  { head: 'report', of: ({ report }) => report, dispensable: 2 },
];
const DASH = '–';

/** The last seven days, or the one that was asked for, with their figures in copies. */
export function weekLines({ week, days }: StatusDocument, look: Look): string[] {
  const rows = rowsOf(week, days);
  if (rows.length === 0) return [look.paint('dim', 'no report yet')];
  const outcomeColumns = widest(
    'outcome',
    rows.map(({ outcome }) => outcome),
  );
  let columns = COLUMNS.map((column) => ({ ...column, cells: rows.map(cellOf(column)) }));
  const gap = look.columns < NARROW_COLUMNS ? ' ' : '  ';
  const total = () =>
    columns.reduce(
      (sum, { head, cells }) => sum + gap.length + widest(head, cells),
      '2026-11-23'.length + gap.length + outcomeColumns,
    );
  while (total() > look.columns && columns.length > 0) {
    const most = Math.max(...columns.map(({ dispensable }) => dispensable));
    columns = columns.filter(({ dispensable }) => dispensable !== most);
  }
  const line = (day: string, outcome: string, at: number | null) =>
    [
      day.padEnd(10),
      outcome,
      ...columns.map(({ head, cells }) =>
        (at === null ? head : (cells[at] ?? '')).padStart(widest(head, cells)),
      ),
    ].join(gap);
  const head = line('day', 'outcome'.padEnd(outcomeColumns), null);
  const body = rows.map(({ day, outcome }, at) =>
    line(day, look.paint(outcomeStyle(outcome), outcome.padEnd(outcomeColumns)), at),
  );
  return [head, ...body].map((each) => each.trimEnd());
}

type Row = WeekRow & { readonly reported: DayRow | null };

/** Where the week has no report at all, the newest one there is. */
function rowsOf(week: readonly WeekRow[], days: readonly DayRow[]): Row[] {
  const rows = week.map((row) => ({
    ...row,
    reported: days.find(({ day }) => day === row.day) ?? null,
  }));
  const [newest] = days;
  if (newest === undefined || rows.some(({ reported }) => reported !== null)) return rows;
  return [...rows, { ...newest, reported: newest }];
}

function cellOf({ of }: Column) {
  return ({ reported }: Row): string => {
    const cell = reported === null ? null : of(reported);
    if (cell === null) return DASH;
    return typeof cell === 'number' ? grouped(cell) : cell;
  };
}

function widest(head: string, cells: readonly string[]): number {
  return cells.reduce((width, cell) => Math.max(width, cell.length), head.length);
}

/** How a word of an outcome looks. */
function outcomeStyle(outcome: WeekRow['outcome']): Style {
  switch (outcome) {
    case 'complete':
    case 'empty':
      return 'green';
    case 'partial':
    case 'running':
    case 'waived':
      return 'yellow';
    case 'failed':
    case 'no-delivery':
    case 'missing':
      return 'red';
  }
}
