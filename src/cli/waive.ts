import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';

import type { ConnectorConfig } from '../config/config.ts';
import { toSeconds } from '../domain/archive-day.ts';
import { isArchived } from '../domain/receipt.ts';
import { namesSomebody } from '../domain/waiver-words.ts';
import type { CaseRequest } from '../staging/case-requests.ts';
import type { Staging } from '../staging/staging.ts';
import type { Cases } from './cases.ts';
import { casesOfItem, casesOfPerson } from './cases.ts';
import type { Setup } from './command.ts';
import { action, command, onlyConnector } from './command.ts';
import type { ExitCode } from './exit.ts';
import { EXIT, UsageError } from './exit.ts';
import { dayOption, itemKeyOption } from './options.ts';
import type { Session } from './session.ts';
import { refuseWhenDrained } from './drained.ts';
import { settleCases } from './settle.ts';
import { counted, table } from './table.ts';

interface CaseOptions {
  readonly item?: string;
  readonly day?: string;
  readonly person?: string;
  readonly reason?: string;
  readonly by?: string;
}

export function waiveCommand(setup: Setup): Command {
  const examples = [
    'waive --item 9f2c… --reason "the number was never ours"',
    'waive --person 447700900123 --reason "has left, no mailbox is to be made"',
  ];
  return caseCommand('waive', 'close a case that will never be archived', examples)
    .requiredOption('--reason <text>', 'why; names no number, address or person')
    .action(action(setup, 'one', settle('waive')));
}

export function unwaiveCommand(setup: Setup): Command {
  const examples = ['unwaive --item 9f2c…', 'unwaive --person alice@example.com'];
  return caseCommand('unwaive', 'open a closed case again and try it at once', examples)
    .option('--reason <text>', 'why; names no number, address or person')
    .action(action(setup, 'one', settle('unwaive')));
}

function caseCommand(name: string, description: string, examples: readonly string[]): Command {
  return command(name, description, examples)
    .option('--item <key>', 'everything of this item that is not archived', itemKeyOption)
    .option('--day <day>', 'where to look first for an item that could not be read', dayOption)
    .option('--person <number or address>', 'what waits for this person now')
    .option('--by <name>', 'who decided it (default: your login)');
}

type Action = CaseRequest['action'];

function settle(what: Action) {
  return async (session: Session, options: CaseOptions): Promise<ExitCode> => {
    if ((options.item === undefined) === (options.person === undefined)) {
      throw new UsageError('say what: --item KEY or --person NUMBER-OR-ADDRESS, one of them.');
    }
    const connector = onlyConnector(session);
    const staging = await session.staging(connector);
    await refuseWhenDrained(staging, connector.id);
    const cases = await casesOf(session, connector, staging, what, options);
    const { reason = null, by = session.operator } = options;
    if (reason !== null && namesSomebody(reason, cases.parties)) {
      throw new UsageError(
        'the reason stands on receipts, which hold no number, address or name. Say it without them.',
      );
    }
    const days = [...new Set(cases.items.map(({ day }) => day))].sort();
    const facts = { connector: connector.id, action: what, by, reason, items: cases.items.length };
    if (cases.items.length === 0) {
      const { words, isAsWanted } = cases.nothing;
      session.output.result({ ...facts, days: [] }, () => words);
      return isAsWanted ? EXIT.done : EXIT.failed;
    }
    const request = {
      action: what,
      by,
      reason,
      at: toSeconds(session.now()),
      people: cases.people,
    };
    const id = randomUUID();
    await staging.caseRequests.write(id, { ...request, items: cases.items });
    const closed = await settleCases(session, connector.id, id);
    session.output.result({ ...facts, days: closed }, () => {
      const head = ['day', 'waived', 'failed', 'imported', 'balances', 'report'];
      const rows = closed.map(({ day, books, balances, report }) => [
        ...[day, books.waived, books.failed, books.imported],
        ...[balances ? 'yes' : 'NO', report],
      ]);
      const verb = what === 'waive' ? 'Waived' : 'Opened again';
      const title = `${verb}: ${counted(cases.items.length, 'item')} of ${counted(days.length, 'day')}. The books now:`;
      return `${title}\n${table(head, rows)}`;
    });
    return what === 'waive' || (await areArchived(staging, cases)) ? EXIT.done : EXIT.notArchived;
  };
}

function casesOf(
  session: Session,
  connector: ConnectorConfig,
  staging: Staging,
  what: Action,
  { item, day, person = '' }: CaseOptions,
): Promise<Cases> {
  return item === undefined
    ? casesOfPerson({ session, connector, staging, what }, person)
    : casesOfItem({ session, connector, staging, what }, item, day);
}

async function areArchived({ receipts }: Staging, { items }: Cases): Promise<boolean> {
  for (const { day, itemKey } of items) {
    const latest = (await receipts.latest(day, itemKey)).get(itemKey);
    if (latest === undefined || !isArchived(latest.outcome)) return false;
  }
  return true;
}
