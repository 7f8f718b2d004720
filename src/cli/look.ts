import { stripVTControlCharacters } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

/** How words may look where they are read. */
export interface Look {
  /** Infinite where no terminal shows them: nothing is broken into lines there. */
  readonly columns: number;
  /** The text itself where colours are not wanted (NO_COLOR) or not understood. */
  readonly paint: (style: Style, text: string) => string;
}

/** For a pipe or a file. */
export const PLAIN: Look = { columns: Number.POSITIVE_INFINITY, paint: (_style, text) => text };

/** Narrower, a label stands above its words and not beside them. */
export const NARROW_COLUMNS = 60;
const LABEL_COLUMNS = 10;

/**
 * Words broken into lines of the columns, the further lines `indent` spaces in; a word that is longer
 * than a line is cut, so that no line is wider.
 */
export function wrapped(text: string, columns: number, indent = 0): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((each) => cut(each, columns - indent))) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(joined) > columns) {
      lines.push(line);
      line = `${' '.repeat(indent)}${word}`;
    } else line = joined;
  }
  return [...lines, line];
}

/** `label     words`, the words below each other; on a narrow terminal below their label. */
export function entry(look: Look, label: string, words: readonly string[]): string[] {
  const isNarrow = look.columns < NARROW_COLUMNS;
  const indent = isNarrow ? 2 : LABEL_COLUMNS;
  const lines = words.flatMap((each) => wrapped(each, look.columns - indent));
  const name = look.paint('bold', label);
  if (isNarrow) return [name, ...lines.map((line) => `  ${line}`)];
  const gap = ' '.repeat(Math.max(1, LABEL_COLUMNS - label.length));
  return lines.map((line, at) => (at === 0 ? `${name}${gap}${line}` : ' '.repeat(indent) + line));
}

/** Columns that a text takes, its colours not counted. */
export function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** A word in pieces that fit a line. A painted one is short and stays whole. */
function cut(word: string, columns: number): string[] {
  if (word.length <= columns || widthOf(word) !== word.length) return [word];
  const pieces: string[] = [];
  for (let at = 0; at < word.length; at += columns) pieces.push(word.slice(at, at + columns));
  return pieces;
}
