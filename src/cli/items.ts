import type { Command } from 'commander';
import { Option } from 'commander';

import { ITEM_KINDS } from '../domain/item.ts';
import { REASONS } from '../domain/reason.ts';
import type { Setup } from './command.ts';
import { action, command, onlyConnector } from './command.ts';
import type { ExitCode } from './exit.ts';
import { EXIT } from './exit.ts';
import type { ItemFilter, ItemRow } from './item-rows.ts';
import { isWanted, itemRows } from './item-rows.ts';
import { dayOption } from './options.ts';
import type { Session } from './session.ts';
import { counted, table } from './table.ts';

const OUTCOMES = ['imported', 'partial', 'skipped', 'unmapped', 'waived', 'failed', 'open'];

type ItemsOptions = ItemFilter & { readonly day: string };

export function itemsCommand(setup: Setup): Command {
  return command('items', 'the items of a day, one row each, with outcome and reason', [
    'items --day 2026-11-23 --outcome unmapped',
    'items --day 2026-11-23 --kind call --json',
    'items --day 2026-11-23 --reason mailbox-full',
  ])
    .requiredOption('--day <day>', 'the archive day, YYYY-MM-DD', dayOption)
    .addOption(new Option('--outcome <outcome>', 'only these').choices(OUTCOMES))
    .addOption(new Option('--kind <kind>', 'only these').choices(ITEM_KINDS))
    .addOption(new Option('--reason <reason>', 'only these').choices(Object.keys(REASONS)))
    .action(action(setup, 'one', listItems));
}

async function listItems(session: Session, options: ItemsOptions): Promise<ExitCode> {
  const connector = onlyConnector(session);
  const all = await itemRows(await session.staging(connector), connector.id, options.day);
  const items = all.filter((row) => isWanted(row, options));
  session.output.result({ items }, () => itemsText(items, all.length, options.day));
  return EXIT.done;
}

function itemsText(items: readonly ItemRow[], all: number, day: string): string {
  if (all === 0)
    return `No item of ${day} is staged. Archive the day: o2-archiver run --day ${day}`;
  const rows = items.map(({ at, kind, outcome, reasons, copies, itemKey }) => [
    at,
    kind,
    outcome,
    reasons.join(', ') || null,
    copies.imported,
    copies.notArchived,
    itemKey,
  ]);
  const head = ['time (UTC)', 'kind', 'outcome', 'reason', 'in', 'not in', 'item key'];
  return [
    ...(rows.length === 0 ? [] : [table(head, rows)]),
    `${counted(items.length, 'item')} of ${String(all)}. The whole life of one: o2-archiver item KEY; its workflow: o2-item:<connector>:<item key>`,
  ].join('\n');
}
