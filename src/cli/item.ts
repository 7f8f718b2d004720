import type { Command } from 'commander';
import { Option } from 'commander';

import type { ConnectorConfig } from '../config/config.ts';
import { addDays, daysBetween } from '../domain/archive-day.ts';
import { itemWorkflowId } from '../domain/ids.ts';
import type { Receipt } from '../domain/receipt.ts';
import type { ListedReceipt } from '../staging/receipts.ts';
import type { Staging } from '../staging/staging.ts';
import type { Setup } from './command.ts';
import { action, command, onlyConnector } from './command.ts';
import { withinReach } from './deadline.ts';
import type { ExitCode } from './exit.ts';
import { EXIT } from './exit.ts';
import type { FoundItem } from './find-item.ts';
import { deliveriesOn, findItem } from './find-item.ts';
import type { Addresses, ItemDocument, ItemWorkflow } from './item-text.ts';
import { itemText } from './item-text.ts';
import { dayOption, itemKeyOption, messageIdOption } from './options.ts';
import type { Session } from './session.ts';

interface ItemOptions {
  readonly messageId?: string;
  readonly day?: string;
}

const LISTINGS_AT_ONCE = 16;
/** Temporal is asked beside staging; a server that is slow or gone must not keep the answer. */
const WORKFLOW_TIMEOUT_MS = 3_000;
/** So is the tenant. */
const ADDRESSES_TIMEOUT_MS = 3_000;
/** Five batches: an item may have gone to thousands. */
const MAX_NAMED = 100;

export function itemCommand(setup: Setup): Command {
  return (
    command('item', 'the whole life of one item, from staging, also years later', [
      'item 9f2c…',
      'item --message-id "<9f2c…@o2-archive.example.com>"',
    ])
      .argument('[key]', 'the item key, 64 hexadecimal digits', itemKeyOption)
      .addOption(
        new Option('--message-id <id>', 'the Message-ID of its message').argParser(messageIdOption),
      )
      .option('--day <day>', 'where to look first for an item that could not be read', dayOption)
      // Before the configuration is read: that may be missing too.
      .hook('preAction', (item) => {
        if (item.args.length === 0 && item.opts<ItemOptions>().messageId === undefined)
          item.error('error: say which: o2-archiver item KEY, or --message-id ID.');
      })
      .action(
        action(setup, 'one', (session, options: ItemOptions, key: string | undefined) => {
          const itemKey = key ?? options.messageId;
          if (itemKey === undefined) throw new Error('no item is named, and nothing refused it');
          return showItem(session, itemKey, options.day);
        }),
      )
  );
}

async function showItem(
  session: Session,
  itemKey: string,
  day: string | undefined,
): Promise<ExitCode> {
  const connector = onlyConnector(session);
  const staging = await session.staging(connector);
  const found = await findItem(staging, itemKey, day);
  const { home, message, index, packageSha256, entry } = found;
  const receipts = await receiptsOf(staging, home, itemKey);
  const document: ItemDocument = {
    connector: connector.id,
    itemKey,
    home,
    kind: entry.kind,
    at: entry.at,
    sizeBytes: entry.sizeBytes,
    sha256: entry.sha256,
    problem: entry.problem,
    package: {
      name: index.package,
      delivery: index.delivery,
      path: staging.packages.pathOf(index),
      sha256: packageSha256,
      index: index.path,
      entry: entry.name,
    },
    alsoIn: await alsoIn(staging, found, receipts),
    message:
      message === null
        ? null
        : { path: message.path, sha256: message.sha256, converter: message.converter },
    receipts,
    versions: await versionsOf(staging, connector, home, itemKey),
    workflow: await workflowOf(session, itemWorkflowId(connector.id, itemKey)),
  };
  const addresses = session.output.isJson
    ? new Map<string, string>()
    : await addressesOf(session, connector, document);
  session.output.result(document, () => itemText(document, addresses));
  return EXIT.done;
}

/**
 * The addresses of its mailboxes, for people to read; no receipt has them. What the tenant does not
 * tell in time is left out.
 */
async function addressesOf(
  session: Session,
  connector: ConnectorConfig,
  { receipts }: ItemDocument,
): Promise<Addresses> {
  const ids = new Set(receipts.flatMap(({ mailboxes }) => mailboxes.map(({ id }) => id)));
  const known = new Map<string, string>();
  if (ids.size === 0) return known;
  try {
    const users = await session.openUsers(connector);
    const asking = [...ids].slice(0, MAX_NAMED).map(async (id) => {
      const address = await users.addressOf(id);
      if (address !== null) known.set(id, address);
    });
    await withinReach(Promise.all(asking), 'The tenant', ADDRESSES_TIMEOUT_MS);
  } catch {
    // Staging tells the whole life without it.
  }
  return known;
}

/** Its other entries: those of its home, then those of the days on which a receipt says it came again. */
async function alsoIn(
  staging: Staging,
  { home, further, entry: { itemKey } }: FoundItem,
  receipts: ItemDocument['receipts'],
): Promise<ItemDocument['alsoIn']> {
  const all = [...further];
  const days = new Set(receipts.map(({ day }) => day));
  days.delete(home);
  for (const day of days) all.push(...(await deliveriesOn(staging, itemKey, day)));
  return all.map(({ index, entry }) => ({
    package: index.package,
    delivery: index.delivery,
    day: index.day,
    entry: entry.name,
  }));
}

/** From the reports of its home and of the days whose window reaches back to it. */
async function versionsOf(
  { reports }: Staging,
  { source }: ConnectorConfig,
  home: string,
  itemKey: string,
): Promise<string[]> {
  const versions = new Set<string>();
  for (const day of daysBetween(home, addDays(home, source.lookbackDays))) {
    const groups = (await reports.latest(day))?.amended.groups ?? [];
    for (const { keys } of groups) {
      if (keys.includes(itemKey)) for (const key of keys) versions.add(key);
    }
  }
  versions.delete(itemKey);
  return [...versions].sort();
}

/**
 * Every receipt of the item, its home's first, then those of the days on which it was delivered again;
 * of each day the oldest first. One listing a day that has receipts: an item may come back years later.
 */
async function receiptsOf(
  { receipts }: Staging,
  home: string,
  itemKey: string,
): Promise<ItemDocument['receipts']> {
  const others = (await receipts.days()).filter((day) => day !== home);
  const days = [home, ...others].map((day) => ({ day, found: [] as ListedReceipt[] }));
  const queue = days.values();
  const listNext = async (): Promise<void> => {
    for (const { day, found } of queue) {
      for await (const listed of receipts.list(day, itemKey)) found.push(listed);
    }
  };
  await Promise.all(Array.from({ length: LISTINGS_AT_ONCE }, listNext));
  const all: (Receipt & { day: string; path: string; number: number })[] = [];
  for (const { day, found } of days) {
    for (const { path, number } of found.toSorted((a, b) => a.number - b.number)) {
      all.push({ day, path, number, ...(await receipts.read(path)) });
    }
  }
  return all;
}

async function workflowOf(session: Session, workflowId: string): Promise<ItemWorkflow> {
  try {
    const work = session.temporal().then(async ({ client }) => {
      const { status, runId } = await client.workflow.getHandle(workflowId).describe();
      return { workflowId, runId, status: status.name };
    });
    return await withinReach(work, 'Temporal', WORKFLOW_TIMEOUT_MS);
  } catch {
    // Long after its retention, or without a server: staging tells the whole life all the same.
    return { workflowId, runId: null, status: null };
  }
}
