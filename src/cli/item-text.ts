import type { IndexEntry } from '../domain/index-entry.ts';
import type { Reason } from '../domain/reason.ts';
import { REASONS } from '../domain/reason.ts';
import type { Receipt } from '../domain/receipt.ts';
import { grouped, printable, table } from './table.ts';

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
  readonly package: {
    readonly name: string;
    readonly delivery: number;
    readonly index: string;
    /** File name of the item in the package. */
    readonly entry: string;
  };
  readonly message: {
    readonly path: string;
    readonly sha256: string;
    readonly converter: string;
  } | null;
  /** Oldest first. */
  readonly receipts: readonly (Receipt & { readonly path: string })[];
  readonly workflow: ItemWorkflow;
};

export function itemText(item: ItemDocument): string {
  const { package: from, message, workflow } = item;
  return [
    `${item.kind} of ${item.at}   ${item.itemKey}`,
    `home     ${item.home} (${item.connector})`,
    `package  ${printable(from.name)}, delivery ${String(from.delivery)}, entry ${printable(from.entry)}, ${grouped(item.sizeBytes)} bytes`,
    `         sha256 ${item.sha256}`,
    message === null
      ? `message  none${item.problem === null ? '' : `: ${REASONS[item.problem]}`}`
      : `message  ${message.path} (${message.converter})\n         sha256 ${message.sha256}`,
    `workflow ${workflow.workflowId}: ${workflow.status ?? 'Temporal tells nothing of it'}`,
    item.receipts.length === 0 ? '\nNo receipt yet: the item is open.' : '',
    ...item.receipts.map(receiptText),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function receiptText(receipt: ItemDocument['receipts'][number]): string {
  const { mailboxes, held, steps, waived } = receipt;
  const copies = mailboxes.map((copy) => [
    copy.id,
    copy.outcome,
    copy.reason,
    copy.rule,
    copy.mappingVersion,
    copy.at,
  ]);
  const lines = [
    '',
    `${receipt.writtenAt}  ${receipt.outcome}${because(receipt.reason)}   ${receipt.path}`,
  ];
  if (copies.length > 0) {
    lines.push(table(['mailbox', 'outcome', 'reason', 'rule', 'mapping version', 'at'], copies));
  }
  for (const { role, position, reason } of held) {
    lines.push(`held: ${role} ${String(position)}${because(reason)}`);
  }
  if (waived !== null) {
    lines.push(`waived by ${printable(waived.by)} at ${waived.at}: ${printable(waived.reason)}`);
  }
  for (const { step, attempts, startedAt, endedAt } of steps) {
    lines.push(`  ${step.padEnd(8)}${startedAt} to ${endedAt}, attempt ${String(attempts)}`);
  }
  return lines.join('\n');
}

function because(reason: Reason | null): string {
  return reason === null ? '' : `, ${reason}: ${REASONS[reason]}`;
}
