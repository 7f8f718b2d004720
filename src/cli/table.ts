/** A cell: numbers stand right, all else left. */
export type Cell = string | number | null;

/** Columns aligned with two spaces between them; a dash for what is not there. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const shown = rows.map((row) => row.map(text));
  const widths = head.map((title, at) =>
    // Not by spreading: a mapping may have more rows than a call takes arguments.
    shown.reduce((width, row) => Math.max(width, row[at]?.length ?? 0), title.length),
  );
  const isNumber = head.map((_, at) => rows.some((row) => typeof row[at] === 'number'));
  const line = (cells: readonly string[]) =>
    widths
      .map((width, at) => {
        const cell = cells[at] ?? '';
        return isNumber[at] === true ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '─'.repeat(width))), ...shown.map(line)].join(
    '\n',
  );
}

/** `1 item`, `2 items`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** `1,234,567` */
export function grouped(count: number): string {
  return count.toLocaleString('en-GB');
}

function text(cell: Cell): string {
  if (cell === null) return '–';
  return typeof cell === 'number' ? grouped(cell) : printable(cell);
}

/** A package and its day; its number too when it is not the first of that name. */
export function deliveryText(from: { package: string; delivery: number; day: string }): string {
  const number = from.delivery === 1 ? '' : `, delivery ${String(from.delivery)}`;
  return `${printable(from.package)}${number} (${from.day})`;
}

/** Names and addresses come from outside: nothing in them may steer the terminal. */
export function printable(value: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is removed here
  return value.replaceAll(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '�');
}
