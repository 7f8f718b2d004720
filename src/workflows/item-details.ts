import { isOfMapping, REASONS, type Reason } from '../domain/reason.ts';
import type { ItemOutcome, Receipt } from '../domain/receipt.ts';
import type { ItemReference } from './contracts.ts';

/**
 * What the page of an item says of it, as Markdown. References only, as everywhere in Temporal.
 */

/** An item may go to thousands; its receipt has all of them. */
const MAILBOXES_SHOWN = 20;

export interface ItemEnd extends Pick<Receipt, 'mailboxes' | 'held'> {
  readonly outcome: ItemOutcome;
  readonly reason: Reason | null;
  /** Blob path of the receipt. */
  readonly path: string;
}

export function runningDetails(item: ItemReference): string {
  return ['**Archives the item**', '', ...rows(item)].join('\n');
}

export function endedDetails(item: ItemReference, end: ItemEnd): string {
  const { outcome, reason, path } = end;
  return [
    `**${inWords(outcome, reason)}**`,
    '',
    ...(reason === null ? [] : [REASONS[reason], '']),
    ...rows(item),
    ...mailboxRows(end),
    ...heldRows(end),
    '',
    `Receipt: \`${path}\``,
    '',
    ...(reason === null ? [] : commands(item, reason).map(toType)),
    toType({
      why: 'All of it',
      line: `o2-archiver item --connector ${item.connector} ${item.itemKey}`,
    }),
  ].join('\n');
}

/** The failure of an item that is not archived for everyone it belongs to. */
export function whyNotArchived(item: ItemReference, reason: Reason): string {
  const lines = commands(item, reason).map(({ why, line }) => `${why}: ${line}`);
  return `Not archived for everyone: ${reason}. ${REASONS[reason]} ${lines.join('. ')}`;
}

/** As shown in summaries. */
export function sizeInWords(sizeBytes: number): string {
  return sizeBytes < 1_000_000
    ? `${String(Math.ceil(sizeBytes / 1_000))} kB`
    : `${(sizeBytes / 1_000_000).toFixed(1)} MB`;
}

interface Cure {
  readonly why: string;
  readonly line: string;
}

/** Who it is stands in the report, never in Temporal. */
function commands({ connector, day, itemKey }: ItemReference, reason: Reason): Cure[] {
  const retry = `o2-archiver retry --connector ${connector} --item ${itemKey}`;
  const report = `o2-archiver report --connector ${connector} --day ${day}`;
  return [
    ...(isOfMapping(reason) ? [{ why: 'Who it is', line: report }] : []),
    { why: 'After the cure', line: retry },
  ];
}

function rows({ kind, at, sizeBytes, package: path }: ItemReference): string[] {
  const name = path.split('/').slice(-2).join('/');
  return [
    '| | |',
    '|---|---|',
    row('kind', `${kind} of ${at}`),
    row('size', sizeInWords(sizeBytes)),
    row('package', `\`${name}\``),
  ];
}

function mailboxRows({ mailboxes }: ItemEnd): string[] {
  const more = mailboxes.length - MAILBOXES_SHOWN;
  return [
    ...mailboxes
      .slice(0, MAILBOXES_SHOWN)
      .map(({ id, outcome, reason, rule }) =>
        row('mailbox', `\`${id}\` ${inWords(outcome, reason)}, ${rule} mapping`),
      ),
    ...(more > 0 ? [row('mailboxes beside', String(more))] : []),
  ];
}

/** How many parties wait, by reason. */
function heldRows({ held }: ItemEnd): string[] {
  const counts = new Map<Reason, number>();
  for (const { reason } of held) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => row('held', `${String(count)}: ${reason}`));
}

function inWords(outcome: string, reason: Reason | null): string {
  return reason === null ? outcome : `${outcome}: ${reason}`;
}

function toType({ why, line }: Cure): string {
  return `${why}:\n\n\`${line}\`\n`;
}

function row(what: string, is: string): string {
  return `| ${what} | ${is} |`;
}
