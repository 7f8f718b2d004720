import { Context } from '@temporalio/activity';
import type { Item } from '../domain/item.ts';
import type { Reason } from '../domain/reason.ts';
import type { ReceiptFlag } from '../domain/receipt.ts';
import { RunError } from '../domain/run-error.ts';
import type { ItemReference } from '../workflows/contracts.ts';
import type { Connector, Connectors } from './connector.ts';

export type Converted =
  | {
      readonly outcome: 'message';
      readonly messageSha256: string;
      /** The archive day on which the item was first delivered. */
      readonly home: string;
      /**
       * Run id of the item workflow whose convert created the message blob; null when it was there
       * before. An import is fresh only in this very run (a reset makes a new one).
       */
      readonly createdInRun: string | null;
      readonly flags: readonly ReceiptFlag[];
      readonly attempts: number;
    }
  | { readonly outcome: 'failed'; readonly reason: Reason; readonly attempts: number };

/** Turns an item into its message and stages it once: the evidence, and the word who had it first. */
export function convert(connectors: Connectors) {
  return async (ref: ItemReference): Promise<Converted> => {
    const context = Context.current();
    const attempts = context.info.attempt;
    if (ref.problem !== null) return { outcome: 'failed', reason: ref.problem, attempts };
    const connector = connectors.get(ref.connector);
    try {
      return await connector.memory.forItem(ref.sizeBytes, context.cancellationSignal, () =>
        converted(connector, ref, context),
      );
    } catch (error) {
      // The bytes of one item are spoilt: its own problem and not the day's.
      if (error instanceof RunError && error.code === 'staging-corrupt') {
        return { outcome: 'failed', reason: 'staging-corrupt', attempts };
      }
      throw error;
    }
  };
}

async function converted(
  connector: Connector,
  ref: ItemReference,
  { info }: Context,
): Promise<Converted> {
  const attempts = info.attempt;
  const read = await connector.items.read(ref);
  if (read.problem !== null) return { outcome: 'failed', reason: 'unreadable', attempts };
  const message = connector.compose(read.item, { itemKey: ref.itemKey, stagedAt: ref.package });
  const attachments = connector.items.attachments(ref);
  const eml = connector.renderEml(message, (position) => attachments.open(position));
  const stored = await connector.staging.messages
    .write(ref.itemKey, eml, {
      itemSha256: ref.sha256,
      converter: connector.converter,
      home: ref.day,
      package: ref.package,
    })
    .finally(() => attachments.close());
  return {
    outcome: 'message',
    messageSha256: stored.sha256,
    home: stored.home,
    createdInRun: stored.isNew ? (info.workflowExecution?.runId ?? null) : null,
    flags: flagsOf(read.item),
    attempts,
  };
}

/** What a report counts of an item besides its outcome. */
export function flagsOf(item: Item): ReceiptFlag[] {
  const flags: ReceiptFlag[] = [];
  if (item.isEncrypted) flags.push('encrypted');
  if (item.unknownCharset !== null) flags.push('unknown-charset');
  if (item.textDoubts.length > 0) flags.push('doubtful-text');
  if (item.timeFlag !== null) flags.push('time-corrected');
  if (item.hasFilesRemovedAtSource) flags.push('files-removed-at-source');
  const { call, attachments } = item;
  const isConnected = call?.status === 'answered' && (call.durationSeconds ?? 0) > 0;
  if (isConnected && attachments.length === 0) flags.push('connected-without-recording');
  return flags;
}
