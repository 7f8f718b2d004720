import type { Command } from 'commander';

import { namespacePage } from '../config/temporal.ts';
import { scheduleId } from '../domain/ids.ts';
import type { Setup } from './command.ts';
import { action, command } from './command.ts';
import { EXIT } from './exit.ts';
import { quoted } from './search-attributes.ts';

export interface View {
  readonly connector: string;
  readonly name: string;
  readonly query: string | null;
  readonly url: string;
}

export function viewsCommand(setup: Setup): Command {
  return command('views', 'ready links into the Temporal Web UI', ['views', 'views --json']).action(
    action(setup, 'all', async (session) => {
      const { namespace } = await session.temporal();
      const views = session.connectors.flatMap(({ id }) => viewsOf(id, session.webUi, namespace));
      session.output.result({ views }, () =>
        views.map(({ connector, name, url }) => `${connector}: ${name}\n  ${url}`).join('\n'),
      );
      return EXIT.done;
    }),
  );
}

/** The questions operators ask, each as a list in the Web UI, and the schedule's own page. */
export function viewsOf(connector: string, webUi: string, namespace: string): View[] {
  const root = namespacePage(webUi, namespace);
  const mine = `O2Connector = ${quoted(connector)}`;
  const questions: [string, string][] = [
    ['days', `WorkflowType = 'archiveDay' AND ${mine}`],
    [
      'days that run now',
      `WorkflowType = 'archiveDay' AND ${mine} AND ExecutionStatus = 'Running'`,
    ],
    ['days that failed', `WorkflowType = 'archiveDay' AND ${mine} AND ExecutionStatus = 'Failed'`],
    [
      'days with items not archived',
      `WorkflowType = 'archiveDay' AND ${mine} AND O2NotArchived > 0`,
    ],
    [
      'items that are not archived',
      `WorkflowType = 'archiveItem' AND ${mine} AND ExecutionStatus = 'Failed'`,
    ],
    [
      'items without a mailbox',
      `WorkflowType = 'archiveItem' AND ${mine} AND O2Outcome = 'unmapped'`,
    ],
    ['items that were waived', `WorkflowType = 'archiveItem' AND ${mine} AND O2Outcome = 'waived'`],
    ['calls', `WorkflowType = 'archiveItem' AND ${mine} AND O2Kind = 'call'`],
  ];
  const lists = questions.map(([name, query]) => {
    const asked = new URLSearchParams({ query, savedQuery: `O2 ${connector}: ${name}` });
    return { connector, name, query, url: `${root}/workflows?${asked.toString()}` };
  });
  const schedule = `${root}/schedules/${encodeURIComponent(scheduleId(connector))}`;
  return [...lists, { connector, name: 'schedule', query: null, url: schedule }];
}
