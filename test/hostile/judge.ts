import type { Reading } from '../unit/message/readers.ts';
import type { Expectation } from './expectation.ts';

/** What one reader saw otherwise than it must. */
export interface Difference {
  readonly field: string;
  readonly expected: unknown;
  readonly found: unknown;
}

export interface Judgement {
  readonly differences: readonly Difference[];
  readonly injectedHeaders: number;
  readonly doubledFiles: number;
  /** Files that are not there, and a text that is not whole. */
  readonly lostParts: number;
}

export function judge(expected: Expectation, messageId: string, reading: Reading): Judgement {
  const { cells, shown } = partsOfHtml(reading.html);
  const pairs: [field: string, expected: unknown, found: unknown][] = [
    ['subject', expected.subject, reading.subject],
    ['from', [named(expected.from)], reading.from],
    ['to', expected.to.map(named), reading.to],
    ['date', expected.date, reading.date],
    ['message id', messageId, reading.messageId],
    ['text', expected.text, reading.text],
    ['table of the HTML body', expected.cells, cells],
    ['text of the HTML body', pictured(expected.shown), shown],
    ['files', expected.files, reading.files],
    ['headers', expected.headers, reading.headers],
    ['defects', [], reading.defects ?? []],
  ];
  const differences = pairs
    .filter(([, one, other]) => JSON.stringify(one) !== JSON.stringify(other))
    .map(([field, one, other]) => ({ field, expected: one, found: other }));
  const digests = reading.files.map(({ sha256 }) => sha256);
  const wanted = expected.files.map(({ sha256 }) => sha256);
  const isTextLost = !reading.text.includes(expected.shown.replace(/\n+$/, ''));
  return {
    differences,
    injectedHeaders: without(reading.headers, expected.headers).length,
    doubledFiles: without(digests, wanted).filter((digest) => wanted.includes(digest)).length,
    lostParts: without(wanted, digests).length + (isTextLost ? 1 : 0),
  };
}

/** What is in the list more often than in the other. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const left = [...other];
  return list.filter((each) => {
    const at = left.indexOf(each);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** A name that only repeats the address is none to some readers. */
function named({ name, address }: Expectation['from']) {
  return { name: name === address ? '' : name, address };
}

function partsOfHtml(html: string): { cells: string[]; shown: string } {
  const table = html.slice(0, html.indexOf('</table>'));
  const cells = [...table.matchAll(/<t([hd])[^>]*>(.*?)<\/t\1>/g)].map(([, , cell = '']) =>
    unescaped(cell.replaceAll(/<\/?bdi>/g, '')),
  );
  const pre = /<pre [^>]*>\n([^<]*)<\/pre>/.exec(html);
  return { cells, shown: unescaped(pre?.[1] ?? '') };
}

function unescaped(html: string): string {
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&' };
  return html.replaceAll(/&(lt|gt|quot|amp);/g, (_, name: string) => entities[name] ?? '');
}

/** Controls that HTML cannot hold are shown by their pictures. */
function pictured(text: string): string {
  return Array.from(text)
    .map((character) => {
      const code = character.charCodeAt(0);
      if (code === 0x7f) return '\u2421';
      return code < 0x20 && !/\s/.test(character) ? String.fromCharCode(0x2400 + code) : character;
    })
    .join('');
}
