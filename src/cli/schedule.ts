import type { Command } from 'commander';
import type { ScheduleDescription } from '@temporalio/client';

import { scheduleId } from '../domain/ids.ts';
import { toSeconds } from '../domain/archive-day.ts';
import type { Setup } from './command.ts';
import { action, command, group, onlyConnector } from './command.ts';
import { EXIT, UsageError } from './exit.ts';
import { pauseNote } from './missed-days.ts';
import { resumeCommand } from './schedule-resume.ts';
import { appliedText, applySchedule } from './schedule-apply.ts';
import { actualFacts } from './schedule-definition.ts';
import { emptyAsNull } from './status-temporal.ts';
import { printable } from './table.ts';
import { described, withSchedule } from './schedule-handle.ts';

export function scheduleCommand(setup: Setup): Command {
  return group('schedule', 'the daily schedule of a connector', [
    applyCommand(setup),
    showCommand(setup),
    pauseCommand(setup),
    resumeCommand(setup),
    deleteCommand(setup),
  ]);
}

function applyCommand(setup: Setup): Command {
  return command('apply', 'create or change it, with its containers and search attributes', [
    'schedule apply',
    'schedule apply --connector o2 --json',
  ]).action(
    action(setup, 'one', async (session) => {
      const connector = onlyConnector(session);
      const applied = await applySchedule(session, connector);
      session.output.result(applied, () => appliedText(applied));
      const isRefused = applied.groundwork.some(({ state }) => state === 'refused');
      return isRefused ? EXIT.failed : EXIT.done;
    }),
  );
}

function showCommand(setup: Setup): Command {
  return command('show', 'when it runs next, and whether it is paused', ['schedule show']).action(
    action(setup, 'one', async (session) => {
      const connector = onlyConnector(session);
      const shown = asDocument(connector.id, await described(session, connector));
      session.output.result(shown, () => shownText(shown));
      return EXIT.done;
    }),
  );
}

function pauseCommand(setup: Setup): Command {
  return command('pause', 'stop new days; days that run go on', [
    'schedule pause --reason "maintenance of the storage account"',
  ])
    .requiredOption('--reason <text>', 'why, for those who find it paused')
    .action(
      action(setup, 'one', async (session, { reason }: { reason: string }) => {
        const connector = onlyConnector(session);
        const { state } = await described(session, connector);
        if (state.paused) {
          throw new UsageError(`the schedule is paused already. Its note: ${state.note ?? '–'}`);
        }
        const note = pauseNote(session.operator, session.now(), reason);
        await withSchedule(session, connector, (handle) => handle.pause(note));
        const document = { connector: connector.id, scheduleId: scheduleId(connector.id), note };
        session.output.result(document, () =>
          [
            note,
            `Days that run now go on. Afterwards: o2-archiver schedule resume --connector ${connector.id}`,
            'It runs the days that were missed; with --no-backfill it waives them, for good.',
          ].join('\n'),
        );
        return EXIT.done;
      }),
    );
}

function deleteCommand(setup: Setup): Command {
  return command('delete', 'remove the schedule; nothing that was archived is touched', [
    'schedule delete',
  ]).action(
    action(setup, 'one', async (session) => {
      const connector = onlyConnector(session);
      await withSchedule(session, connector, (handle) => handle.delete());
      const id = scheduleId(connector.id);
      session.output.result(
        { connector: connector.id, scheduleId: id, state: 'deleted' },
        () => `schedule ${id}: deleted. Days that run now go on.`,
      );
      return EXIT.done;
    }),
  );
}

function asDocument(connector: string, schedule: ScheduleDescription) {
  const { state, info } = schedule;
  return {
    connector,
    scheduleId: schedule.scheduleId,
    paused: state.paused,
    note: emptyAsNull(state.note),
    facts: actualFacts(schedule),
    next: info.nextActionTimes.slice(0, 5).map((time) => toSeconds(time.getTime())),
    recent: info.recentActions.slice(-5).map(({ scheduledAt, action: { workflow } }) => ({
      at: toSeconds(scheduledAt.getTime()),
      workflowId: workflow.workflowId,
      runId: workflow.firstExecutionRunId,
    })),
    missedCatchUp: info.numActionsMissedCatchupWindow,
  };
}

function shownText(shown: ReturnType<typeof asDocument>): string {
  const note = shown.note === null ? '' : `  (${printable(shown.note)})`;
  return [
    `schedule ${shown.scheduleId}: ${shown.paused ? 'paused' : 'active'}${note}`,
    ...Object.entries(shown.facts).map(([what, fact]) => `  ${what}: ${fact}`),
    shown.paused ? '  next: none while it is paused' : `  next: ${shown.next.join(', ')}`,
    ...shown.recent.map(({ at, workflowId }) => `  ran ${at}: ${workflowId}`),
  ].join('\n');
}
