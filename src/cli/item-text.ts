import type { IndexEntry } from '../domain/index-entry.ts';
import type { PartyRole } from '../domain/item.ts';
import { OVER_LIMIT } from '../domain/partial-copies.ts';
import type { Reason } from '../domain/reason.ts';
import { REASONS } from '../domain/reason.ts';
import type { MailboxEntry, Receipt, Waiver } from '../domain/receipt.ts';
import { counted, deliveryText, grouped, printable, table } from './table.ts';

export interface ItemWorkflow {
  readonly workflowId: string;
  readonly runId: string | null;
  /** Null when Temporal knows it no more, or does not answer. */
  readonly status: string | null;
}

export type ItemDocument = Pick<
  IndexEntry,
  'itemKey' | 'kind' | 'at' | 'sizeBytes' | 'sha256' | 'problem'
> & {
  readonly connector: string;
  readonly home: string;
  /** The one that it is archived from. */
  readonly package: {
    readonly name: string;
    readonly delivery: number;
    /** Blob path of its bytes. */
    readonly path: string;
    readonly sha256: string;
    /** Blob path of its index. */
    readonly index: string;
    /** File name of the item in the package. */
    readonly entry: string;
  };
  /** Its further entries, which are skipped: at its home first, then on the days it came again. */
  readonly alsoIn: readonly {
    readonly package: string;
    readonly delivery: number;
    /** Archive day of that package. */
    readonly day: string;
    readonly entry: string;
  }[];
  readonly message: {
    readonly path: string;
    readonly sha256: string;
    readonly converter: string;
  } | null;
  /** Those of its home first, then those of later deliveries; of each day the oldest first. */
  readonly receipts: readonly (Receipt & {
    /** Archive day of the receipt: its home, or a day on which it was delivered again. */
    readonly day: string;
    readonly number: number;
    readonly path: string;
  })[];
  /** Keys of other versions of it that the source delivered, as the reports have them. */
  readonly versions: readonly string[];
  readonly workflow: ItemWorkflow;
};

/** Of the mailboxes that the tenant told an address of, by their ids. */
export type Addresses = ReadonlyMap<string, string>;

export function itemText(item: ItemDocument, addresses: Addresses = new Map()): string {
  const { package: from, message, workflow } = item;
  return [
    `${item.kind} of ${item.at}   ${item.itemKey}`,
    `home     ${item.home} (${item.connector})`,
    `package  ${printable(from.path)}`,
    `         sha256 ${from.sha256}`,
    `item     entry ${printable(from.entry)}, ${grouped(item.sizeBytes)} bytes`,
    `         sha256 ${item.sha256}`,
    ...item.alsoIn.map(
      (again) =>
        `         also delivered in ${deliveryText(again)}, entry ${printable(again.entry)}`,
    ),
    message === null
      ? `message  none${item.problem === null ? '' : `: ${REASONS[item.problem]}`}`
      : `message  ${message.path} (${message.converter})\n         sha256 ${message.sha256}`,
    `workflow ${workflow.workflowId}: ${workflow.status ?? 'Temporal tells nothing of it'}`,
    ...item.versions.map(
      (key) => `version  ${key}: the source delivered it with other content too`,
    ),
    item.receipts.length === 0 ? '\nNo receipt yet: the item is open.' : '',
    ...item.receipts.map((receipt) => receiptText(receipt, addresses)),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function receiptText(receipt: ItemDocument['receipts'][number], addresses: Addresses): string {
  const { mailboxes, held, steps, waived, reopened } = receipt;
  const isNamed = mailboxes.some(({ id }) => addresses.has(id));
  const copies = mailboxes.map((copy) => [
    copy.id,
    ...(isNamed ? [addresses.get(copy.id) ?? null] : []),
    copy.waived === undefined ? copy.outcome : 'waived',
    copy.reason,
    copy.rule,
    copy.mappingVersion,
    copy.at,
    copy.messageId,
  ]);
  const again = receipt.day === receipt.home ? '' : ', delivered again';
  const lines = [
    '',
    `${receipt.writtenAt}  ${receipt.outcome}${again}${because(receipt.reason)}   ${receipt.path}`,
  ];
  if (copies.length > 0) {
    const head = ['outcome', 'reason', 'rule', 'mapping version', 'at', 'message'];
    lines.push(table(['mailbox', ...(isNamed ? ['of'] : []), ...head], copies));
  }
  lines.push(...mailboxes.flatMap(leftOut));
  for (const { role, position, reason, waived: closed } of held) {
    const word = closed === undefined ? 'held' : 'waived';
    lines.push(`${word}: ${partyWords(role, position)}${because(reason)}`);
  }
  const waivers = new Set([...mailboxes, ...held].flatMap((copy) => words(copy.waived)));
  if (waived !== null) for (const said of words(waived)) waivers.add(said);
  lines.push(...waivers);
  if (reopened !== undefined) {
    const why = reopened.reason === null ? '' : `: ${printable(reopened.reason)}`;
    lines.push(`opened again by ${printable(reopened.by)} at ${reopened.at}${why}`);
  }
  for (const { step, attempts, startedAt, endedAt } of steps) {
    lines.push(`  ${step.padEnd(8)}${startedAt} to ${endedAt}, ${counted(attempts, 'attempt')}`);
  }
  return lines.join('\n');
}

/** A receipt names nobody: who it is stands in the message, in this order. */
function partyWords(role: PartyRole, position: number): string {
  switch (role) {
    case 'owner':
      return 'whose phone it was';
    case 'from':
      return position === 0 ? 'the sender' : `sender ${String(position + 1)}`;
    case 'to':
      return `recipient ${String(position + 1)}`;
  }
}

function words(waiver: Waiver | undefined): string[] {
  if (waiver === undefined) return [];
  return [`waived by ${printable(waiver.by)} at ${waiver.at}: ${printable(waiver.reason)}`];
}

/** What a copy was made without, and what was removed while it was made. */
function leftOut({ id, omitted = [], removed = [] }: MailboxEntry): string[] {
  const positions = omitted.map((position) => String(position + 1)).join(', ');
  return [
    ...(omitted.length === 0
      ? []
      : [`without attachment ${positions} of the item, ${OVER_LIMIT}: ${id}`]),
    ...removed.map((message) => `removed on the way, incomplete: ${message}`),
  ];
}

function because(reason: Reason | null): string {
  return reason === null ? '' : `, ${reason}: ${REASONS[reason]}`;
}
