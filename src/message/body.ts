import type { Attachment, Item } from '../domain/item.ts';
import type { MessageAttachment } from '../domain/message.ts';
import type { Fact } from './facts.ts';
import { factsOf } from './facts.ts';
import { oneLine } from './visible-text.ts';

const EOL = '\r\n';
/** Of the longest label, its colon and a space. */
const LABEL_WIDTH = 'Time (Europe/London): '.length;
const LIST_STYLE = 'font-family:Segoe UI,Arial,sans-serif;font-size:10pt;word-wrap:break-word';
/** A thread id of 200 letters must not push the table out of a narrow window. */
const CELL_STYLE = 'word-break:break-word';
const TABLE_STYLE = `border-collapse:collapse;${LIST_STYLE}`;
const TEXT_STYLE =
  'white-space:pre-wrap;word-wrap:break-word;font-family:Segoe UI,Arial,sans-serif;font-size:11pt';

export interface BodyInput {
  readonly item: Item;
  readonly attachments: readonly MessageAttachment[];
  readonly omitted: readonly MessageAttachment[];
  /** Blob path of the package that holds the original. */
  readonly stagedAt: string;
}

interface List {
  readonly title: string;
  readonly lines: readonly string[];
}

/**
 * The body twice, saying the same: a small table of facts, the item's text whole, the attachments
 * and what is missing. The text stands as it was sent, save what no mail can hold: NUL and halves
 * of surrogate pairs are U+FFFD. In HTML it is inert and its direction ends where it ends.
 */
export function bodyOf(input: BodyInput): { text: string; html: string } {
  const facts = factsOf(input.item);
  const text = input.item.text.toWellFormed().replaceAll('\0', '\ufffd');
  const lists = listsOf(input);
  return { text: asText(facts, text, lists), html: asHtml(facts, text, lists) };
}

function listsOf({ item, attachments, omitted, stagedAt }: BodyInput): List[] {
  const sentAs = new Map(item.attachments.map(({ position, name }) => [position, name]));
  const line = (file: MessageAttachment) => describe(file, sentAs.get(file.position) ?? null);
  const lists: List[] = [
    { title: 'Attachments', lines: attachments.map(line) },
    {
      title: 'Not in this message, kept in staging',
      lines: omitted.map((file) => `${line(file)}, in ${oneLine(stagedAt)}`),
    },
  ];
  return lists.filter(({ lines }) => lines.length > 0);
}

function describe(file: MessageAttachment, sentAs: Attachment['name']): string {
  const original = oneLine(sentAs ?? '');
  const name =
    original === '' || original === file.name ? file.name : `${file.name} (sent as: ${original})`;
  return `${name}, ${file.contentType}, ${grouped(file.sizeBytes)} bytes, SHA-256 ${file.sha256}`;
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

function asText(facts: readonly Fact[], text: string, lists: readonly List[]): string {
  const table = facts
    .map(({ label, values }) => `${`${label}:`.padEnd(LABEL_WIDTH)}${values.join(', ')}`)
    .join(EOL);
  const ends = lists.map(({ title, lines }) =>
    [`${title}:`, ...lines.map((line) => `- ${line}`)].join(EOL),
  );
  return `${[table, text, ...ends].filter((section) => section !== '').join(EOL + EOL)}${EOL}`;
}

function asHtml(facts: readonly Fact[], text: string, lists: readonly List[]): string {
  const rows = facts.map(
    ({ label, values }) =>
      `<tr><th align="left" valign="top" nowrap>${escaped(label)}</th>` +
      `<td style="${CELL_STYLE}">${values.map((value) => `<bdi>${escaped(value)}</bdi>`).join(', ')}</td></tr>`,
  );
  const table = [`<table cellpadding="3" style="${TABLE_STYLE}">`, ...rows, '</table>'].join(EOL);
  // The line break after the tag is HTML's own: a reader drops the first one in a <pre>.
  const shown = text === '' ? '' : `<pre dir="auto" style="${TEXT_STYLE}">\n${inert(text)}</pre>`;
  const ends = lists.map(({ title, lines }) =>
    [
      `<p style="${LIST_STYLE}">${escaped(title)}:</p>`,
      `<ul style="${LIST_STYLE}">`,
      ...lines.map((line) => `<li dir="auto"><bdi>${escaped(line)}</bdi></li>`),
      '</ul>',
    ].join(EOL),
  );
  const body = [table, shown, ...ends].filter((section) => section !== '').join(EOL);
  return `<!DOCTYPE html>${EOL}<html><head><meta charset="utf-8"></head><body>${EOL}${body}${EOL}</body></html>${EOL}`;
}

/** Controls that XML cannot hold (Exchange speaks it inside) are shown by their pictures, U+2400 ff. */
function inert(text: string): string {
  return escaped(text).replace(/\p{Cc}/gu, (control) => {
    const code = control.charCodeAt(0);
    if (code === 0x7f) return '\u2421';
    return code < 0x20 && !/\s/.test(control) ? String.fromCharCode(0x2400 + code) : control;
  });
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
