import type { Command } from 'commander';

import { namespacePage } from '../config/temporal.ts';
import { addDays, dayOf } from '../domain/archive-day.ts';
import { scheduleId } from '../domain/ids.ts';
import { REASONS } from '../domain/reason.ts';
import type { Setup } from './command.ts';
import { action, command } from './command.ts';
import type { ExitCode } from './exit.ts';
import { EXIT, UsageError } from './exit.ts';
import { dayOption } from './options.ts';
import { quoted } from './search-attributes.ts';
import type { Session } from './session.ts';

/** What operators ask. */
interface Question {
  /** What is typed for it. */
  readonly id: string;
  readonly name: string;
  /** As the list of the Web UI takes it; null for the schedule's page. */
  readonly query: string | null;
}

export interface View extends Question {
  readonly connector: string;
  readonly url: string;
}

interface ViewsOptions {
  readonly day?: string;
  readonly open?: boolean;
}

export function viewsCommand(setup: Setup): Command {
  return command('views', 'ready links into the Temporal Web UI, and opens one', [
    'views',
    'views unmapped --open',
    'views not-archived --day 2026-11-23',
    'views --json',
  ])
    .argument('[name]', 'only this one')
    .option('--day <day>', 'only what is of this archive day, YYYY-MM-DD', dayOption)
    .option('--open', 'open it in the browser')
    .action(action(setup, 'all', showViews));
}

async function showViews(
  session: Session,
  { day, open = false }: ViewsOptions,
  name: string | undefined,
): Promise<ExitCode> {
  if (open && name === undefined) {
    throw new UsageError('say which one: o2-archiver views NAME --open. Names: o2-archiver views');
  }
  const yesterday = addDays(dayOf(session.now()), -1);
  const questions = session.connectors.flatMap(({ id }) =>
    questionsOf(id, { day, yesterday }).map((question) => ({ connector: id, ...question })),
  );
  const wanted = name === undefined ? questions : named(questions, name);
  const { namespace } = await session.temporal();
  const root = namespacePage(session.webUi, namespace);
  const views = wanted.map((question) => ({ ...question, url: urlOf(root, question) }));
  const [first] = views;
  const isOpened = open && first !== undefined ? await opened(session, views) : null;
  session.output.result({ views, ...(isOpened === null ? {} : { opened: isOpened }) }, () =>
    viewsText(views),
  );
  if (isOpened === false) {
    session.output.note('No browser can be opened from here: open the link where there is one.');
  }
  return EXIT.done;
}

function named<T extends Question>(all: readonly T[], name: string): T[] {
  const views = all.filter(({ id }) => id === name);
  if (views.length > 0) return views;
  const names = [...new Set(all.map(({ id }) => id))].join(', ');
  throw new UsageError(`there is no view "${name}"; there are: ${names}.`);
}

/** False where no browser can be opened. */
async function opened(session: Session, views: readonly View[]): Promise<boolean> {
  const [view, ...others] = views;
  if (view === undefined) return false;
  if (others.length > 0) {
    const ids = views.map(({ connector }) => connector).join(', ');
    throw new UsageError(`one link is opened at a time; add --connector with one of ${ids}.`);
  }
  if (!/^https?:\/\//.test(view.url)) {
    throw new UsageError(
      `O2_TEMPORAL_UI is no address of a web page: ${session.webUi}. Give one such as https://temporal.example.com`,
    );
  }
  return session.openLink(view.url);
}

function viewsText(views: readonly View[]): string {
  return [...Map.groupBy(views, ({ connector }) => connector)]
    .map(([connector, mine]) => {
      const lines = mine.map(({ id, name, url }) => `  ${id}: ${name}\n    ${url}`);
      return [connector, ...lines].join('\n');
    })
    .join('\n\n');
}

/** What goes on for longer is worth a look. */
const SLOW_DAY = '1h';
const SLOW_ITEM = '1m';

interface Days {
  /** Of one day, where one is asked for. */
  readonly day: string | undefined;
  /** Of which failed items are asked for most. */
  readonly yesterday: string;
}

/** Each a list in the Web UI, and the schedule's own page. */
function questionsOf(connector: string, { day, yesterday }: Days): Question[] {
  const mine = [
    `O2Connector = ${quoted(connector)}`,
    ...(day === undefined ? [] : [`O2ArchiveDay = ${quoted(day)}`]),
  ].join(' AND ');
  const days = `WorkflowType = 'archiveDay' AND ${mine}`;
  const items = `WorkflowType = 'archiveItem' AND ${mine}`;
  const failed = `ExecutionStatus = 'Failed'`;
  const lists: [string, string, string][] = [
    ['days', 'day runs', days],
    ['running', 'day runs that go on', `${days} AND ExecutionStatus = 'Running'`],
    ['days-failed', 'day runs that failed', `${days} AND ${failed}`],
    ['days-open', 'day runs with items not archived', `${days} AND O2NotArchived > 0`],
    ['days-slow', `day runs that took over ${SLOW_DAY}`, `${days} AND ${over(SLOW_DAY)}`],
    ['not-archived', 'items that are not archived', `${items} AND ${failed}`],
    ...(day === undefined
      ? [yesterdays(yesterday, `${items} AND ${failed} AND O2ArchiveDay = ${quoted(yesterday)}`)]
      : []),
    ['unmapped', 'items without a mailbox', `${items} AND O2Outcome = 'unmapped'`],
    ['waived', 'items that were waived', `${items} AND O2Outcome = 'waived'`],
    ['items-slow', `items that took over ${SLOW_ITEM}`, `${items} AND ${over(SLOW_ITEM)}`],
    ['calls', 'calls', `${items} AND O2Kind = 'call'`],
    ...Object.keys(REASONS).map((reason): [string, string, string] => [
      reason,
      `items held for the reason ${reason}`,
      `${items} AND O2Reason = ${quoted(reason)}`,
    ]),
    ['connector', 'everything of this connector', mine],
  ];
  return [
    ...lists.map(([id, name, query]) => ({ id, name, query })),
    { id: 'schedule', name: 'the schedule', query: null },
  ];
}

function urlOf(root: string, { connector, name, query }: Omit<View, 'url'>): string {
  if (query === null) return `${root}/schedules/${encodeURIComponent(scheduleId(connector))}`;
  const asked = new URLSearchParams({ query, savedQuery: `O2 ${connector}: ${name}` });
  return `${root}/workflows?${asked.toString()}`;
}

function yesterdays(yesterday: string, query: string): [string, string, string] {
  return ['yesterday', `items of ${yesterday} that are not archived`, query];
}

/** The server knows how long a run took once it is over. */
function over(duration: string): string {
  return `ExecutionDuration > '${duration}'`;
}
