import type { Command } from 'commander';
import { Option } from 'commander';

import { ITEM_KINDS } from '../domain/item.ts';
import { REASONS } from '../domain/reason.ts';
import type { Staging } from '../staging/staging.ts';
import type { Setup } from './command.ts';
import { action, command, onlyConnector } from './command.ts';
import type { ExitCode } from './exit.ts';
import { EXIT } from './exit.ts';
import type { ItemFilter, ItemRow } from './item-rows.ts';
import { isWanted, itemRows, rowsOf, withReceipts } from './item-rows.ts';
import type { Chosen, DayOrSent } from './sent.ts';
import { chosen, findSent, lookedText, packagesNamed, withDayOrSent } from './sent.ts';
import type { Session } from './session.ts';
import { counted, deliveryText, table } from './table.ts';

const OUTCOMES = ['imported', 'partial', 'skipped', 'unmapped', 'waived', 'failed', 'open'];

type ItemsOptions = ItemFilter & DayOrSent;

export function itemsCommand(setup: Setup): Command {
  const listing = command(
    'items',
    'the items of a day, one row an entry, with outcome and reason',
    [
      'items --day 2026-11-23 --outcome unmapped',
      'items --day 2026-11-23 --kind call --json',
      'items --day 2026-11-23 --reason mailbox-full',
      'items --day 2026-11-23 --outcome waived',
      'items --day 2026-11-23 --outcome skipped',
      'items --sent 2026-11-23 --tz Europe/London',
    ],
  );
  return withDayOrSent(listing)
    .addOption(new Option('--outcome <outcome>', 'only these').choices(OUTCOMES))
    .addOption(new Option('--kind <kind>', 'only these').choices(ITEM_KINDS))
    .addOption(new Option('--reason <reason>', 'only these').choices(Object.keys(REASONS)))
    .action(action(setup, 'one', listItems));
}

async function listItems(session: Session, options: ItemsOptions): Promise<ExitCode> {
  const choice = chosen(options);
  const connector = onlyConnector(session);
  const staging = await session.staging(connector);
  const { all, packages, looked } = await findRows(staging, connector.id, choice);
  const items = await withReceipts(
    staging,
    all.filter((row) => isWanted(row, options)),
  );
  const document = packages === null ? { items } : { items, packages };
  session.output.result(document, () =>
    itemsText(connector.id, items, { count: all.length, choice, looked }),
  );
  return EXIT.done;
}

/** Rows of what was asked for; by their own time, with the packages that hold them. */
async function findRows(staging: Staging, connector: string, choice: Chosen) {
  if (choice.by === 'day') {
    return { all: await itemRows(staging, connector, choice.day), packages: null, looked: null };
  }
  const found = await findSent(staging, choice.hours);
  return {
    all: await rowsOf(staging, connector, found.packages),
    packages: packagesNamed(found.packages),
    looked: lookedText(found),
  };
}

function itemsText(
  connector: string,
  items: readonly ItemRow[],
  found: { readonly count: number; readonly choice: Chosen; readonly looked: string | null },
): string {
  const { count: all, choice, looked } = found;
  if (all === 0) return nothing(connector, choice);
  // Package names are long: their column is there only for who has something to read in it.
  const hasSkipped = items.some(({ firstIn }) => firstIn !== null);
  const rows = items.map(({ at, kind, outcome, reasons, waived, copies, itemKey, firstIn }) => [
    at,
    kind,
    outcome,
    reasonText(reasons, waived, copies.waived),
    copies.imported,
    copies.notArchived,
    itemKey,
    ...(hasSkipped ? [firstInText(firstIn)] : []),
  ]);
  const head = ['time (UTC)', 'kind', 'outcome', 'reason', 'in', 'not in', 'item key'];
  if (hasSkipped) head.push('first in');
  return [
    ...(rows.length === 0 ? [] : [table(head, rows)]),
    `${counted(items.length, 'item')} of ${String(all)}. The whole life of one: o2-archiver item KEY; its workflow: o2-item:<connector>:<item key>`,
    ...(looked === null ? [] : [looked]),
  ].join('\n');
}

/** What is open, and what was closed by whom and why. */
function reasonText(
  reasons: ItemRow['reasons'],
  waived: ItemRow['waived'],
  count: number,
): string | null {
  const open = reasons.join(', ') || null;
  if (waived === null) return open;
  const closed = `${waived.by}: ${waived.reason}`;
  return open === null ? closed : `${open}; ${counted(count, 'copy', 'copies')} waived, ${closed}`;
}

function firstInText(firstIn: ItemRow['firstIn']): string | null {
  if (firstIn === null) return null;
  const { package: name, delivery, day } = firstIn;
  return name === null ? `(${day})` : deliveryText({ package: name, delivery: delivery ?? 1, day });
}

function nothing(connector: string, choice: Chosen): string {
  const { day } = choice;
  return choice.by === 'day'
    ? `No item of ${day} is staged. Archive the day: o2-archiver run --connector ${connector} --day ${day}`
    : `No staged package holds an item that was sent on ${day} (${choice.timeZone}).`;
}
