import type { CellFault } from './mapping-cells.ts';

/**
 * The text of a file in UTF-8 or UTF-16, with or without byte order mark; null when it is neither.
 */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

/** Without a mark, a NUL beside the first character tells UTF-16 and its byte order. */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (second === 0) return 'utf-16le';
  return first === 0 ? 'utf-16be' : 'utf-8';
}

/** First bytes of `.xlsx` (a zip) and of `.xls` (a compound file). */
const WORKBOOKS = ['504b0304', 'd0cf11e0'];

/** What to do about a file that is no text. */
export function notText(bytes: Uint8Array): CellFault {
  const cure = 'Save it as "CSV UTF-8 (comma delimited)".';
  const start = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  return WORKBOOKS.includes(start)
    ? { problem: 'The file is a workbook and not a CSV file.', cure }
    : { problem: 'The file is not text in UTF-8 or UTF-16.', cure };
}
