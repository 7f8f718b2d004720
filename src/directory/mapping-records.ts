import { CsvError, parse } from 'csv-parse/sync';

/** The cells of one row, as they stand. */
export interface RawRecord {
  /** Line of the file that it begins in, as an editor counts: the header's is 1. */
  readonly row: number;
  readonly cells: readonly string[];
}

export interface Records {
  readonly records: readonly RawRecord[];
  /** Rows that begin a quote which nothing closes. */
  readonly openQuotes: readonly number[];
  /** Null, or the row that was the last one looked at: the file is larger than is read. */
  readonly cutAfter: number | null;
}

/** A row of a mapping has a hundred characters; an unclosed quote must not swallow the file. */
const MAX_ROW_CHARACTERS = 10_000;
/** Each costs a new start behind it; a file with more is broken in another way. */
const MAX_OPEN_QUOTES = 200;
/** One person in a hundred of a country as large as Germany. */
const MAX_ROWS = 1_000_000;

const LF = 0x0a;
const CR = 0x0d;
const DELIMITERS = [',', ';', '\t'] as const;

/** Splits a file into rows and cells by the delimiter that its first line uses. */
export function readRecords(text: string): Records {
  // Excel's own first line, which names the delimiter.
  const preface = /^sep=(.)(?:\r\n|\n|\r)/i.exec(text);
  const bytes = Buffer.from(text);
  const lines = lineStarts(bytes);
  const delimiter = preface?.[1] ?? delimiterOf(text);
  const records: RawRecord[] = [];
  const openQuotes: number[] = [];
  let line = preface === null ? 0 : 1;
  while (openQuotes.length < MAX_OPEN_QUOTES) {
    const from = lines[line];
    if (from === undefined) return { records, openQuotes, cutAfter: null };
    const read = readUntilFault(bytes.subarray(from), { delimiter, line, records });
    if (records.length >= MAX_ROWS) return { records, openQuotes, cutAfter: read.line };
    if (read.isWhole) return { records, openQuotes, cutAfter: null };
    line = read.line;
    while (isLineBreak(bytes[lines[line] ?? -1])) line += 1;
    line += 1;
    openQuotes.push(line);
  }
  return { records, openQuotes, cutAfter: line };
}

/** Adds to `records` what can be read. `line`: after the last of them, counted from 0. */
function readUntilFault(
  bytes: Buffer,
  { delimiter, line, records }: { delimiter: string; line: number; records: RawRecord[] },
): { isWhole: boolean; line: number } {
  let after = line;
  try {
    parse(bytes, {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      max_record_size: MAX_ROW_CHARACTERS,
      to: MAX_ROWS - records.length,
      on_record: (cells: string[], info: { lines: number }) => {
        after = line + info.lines;
        records.push({ row: after - lineBreaksIn(cells), cells });
        return null;
      },
    });
    return { isWhole: true, line: after };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { isWhole: false, line: after };
  }
}

function lineBreaksIn(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0);
}

/** Of each line, in bytes from the beginning. */
function lineStarts(bytes: Buffer): number[] {
  const starts = [0];
  for (let at = 0; at < bytes.length; at += 1) {
    if (isLineBreak(bytes[at]) && !(bytes[at] === CR && bytes[at + 1] === LF)) starts.push(at + 1);
  }
  return starts;
}

function isLineBreak(byte: number | undefined): boolean {
  return byte === LF || byte === CR;
}

/** The one that stands most often in the first line outside quotes. */
function delimiterOf(text: string): string {
  const header = /[^\r\n]+/.exec(text)?.[0].replaceAll(/"[^"]*"/g, '') ?? '';
  const counts = DELIMITERS.map((delimiter) => header.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}
