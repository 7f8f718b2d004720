import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { Option } from 'commander';

import type { ConnectorConfig } from '../config/config.ts';
import { toSeconds } from '../domain/archive-day.ts';
import type { DrainFlag } from '../staging/drain.ts';
import type { AtWork } from './at-work.ts';
import { atWork, isAtRest, tellRuns } from './at-work.ts';
import type { Setup } from './command.ts';
import { action, command, onlyConnector } from './command.ts';
import { drainProgress } from './drain-progress.ts';
import { drainWords, endCommand } from './drained.ts';
import type { ExitCode } from './exit.ts';
import { EXIT } from './exit.ts';
import type { Session, TemporalAccess } from './session.ts';
import { counted } from './table.ts';
import { interruption } from './wait.ts';

const POLL_MS = 1_000;
/** A run that has not heard for so long is heard by no worker. */
const SILENCE_MS = 10_000;

interface DrainOptions {
  readonly end?: boolean;
  readonly reason?: string;
  /** commander's form of `--no-wait`. */
  readonly wait: boolean;
}

export function drainCommand(setup: Setup): Command {
  return command('drain', 'let running days end what is in flight and start nothing more', [
    'drain --reason "storage account moves, until noon"',
    'drain --no-wait',
    'drain --end',
  ])
    .option('--end', 'let them go on')
    .addOption(new Option('--reason <text>', 'why, for those who find it so').conflicts('end'))
    .option('--no-wait', 'do not wait until nothing is in flight any more')
    .action(
      action(setup, 'one', (session, options: DrainOptions) =>
        options.end === true ? endDrain(session) : drain(session, options),
      ),
    );
}

async function drain(session: Session, { reason, wait }: DrainOptions): Promise<ExitCode> {
  const connector = onlyConnector(session);
  const staging = await session.staging(connector);
  const access = await session.temporal();
  const at = toSeconds(session.now());
  const wanted = { by: session.operator, at, reason: reason ?? null };
  // The flag before the words: a run that begins in between finds it.
  const flag = await staging.drain.begin(wanted);
  session.output.note(`${connector.id}: ${drainWords(flag)}`);
  const told = new Set<string>();
  const tell = () => tellRuns(access, connector.id, { by: flag.by, since: flag.at }, told);
  await tell();
  const seen = wait ? await rest(session, access, connector, tell) : await look(access, connector);
  if (seen === null) {
    session.output.note(
      `Stopped waiting. "${connector.id}" stays drained. Again: o2-archiver drain --connector ${connector.id}; to go on: ${endCommand(connector.id)}`,
    );
    return EXIT.interrupted;
  }
  session.output.result(documentOf(connector, flag, seen), () => drainText(connector.id, seen));
  return EXIT.done;
}

function look(access: TemporalAccess, { id }: ConnectorConfig): Promise<AtWork> {
  return atWork(access, id);
}

/** Waits until nothing is at work; null when Ctrl-C ended the waiting. */
async function rest(
  session: Session,
  access: TemporalAccess,
  connector: ConnectorConfig,
  tell: () => Promise<void>,
): Promise<AtWork | null> {
  const view = drainProgress(session.output, session.now);
  const interrupt = interruption();
  const stop = new AbortController();
  const watch = async (): Promise<AtWork | null> => {
    let silentSinceMs: number | null = session.now();
    while (!stop.signal.aborted) {
      const seen = await look(access, connector);
      view.update(seen);
      if (isAtRest(seen)) return seen;
      if (isHeard(seen)) silentSinceMs = session.now();
      else if (silentSinceMs !== null && session.now() - silentSinceMs > SILENCE_MS) {
        silentSinceMs = null;
        session.output.note(
          'A run has not heard of it. Is a worker running? Where none is, nothing is at work either.',
        );
      }
      // One that began a moment ago may have been in no list.
      await tell();
      await sleep(POLL_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
    return null;
  };
  try {
    return await Promise.race([watch(), interrupt.signalled]);
  } finally {
    stop.abort();
    interrupt.stop();
    view.close();
  }
}

/** Somebody is at work, so that somebody hears. */
function isHeard({ waiting, itemsInFlight, steps }: AtWork): boolean {
  return waiting.length > 0 || itemsInFlight > 0 || steps.length > 0;
}

function documentOf({ id }: ConnectorConfig, flag: DrainFlag, seen: AtWork) {
  const { runs, waiting, itemsInFlight } = seen;
  return {
    connector: id,
    state: isAtRest(seen) ? 'drained' : 'draining',
    since: flag.at,
    by: flag.by,
    reason: flag.reason,
    ...{ runs, waiting, itemsInFlight },
  };
}

function drainText(connector: string, seen: AtWork): string {
  const { runs, waiting, itemsInFlight } = seen;
  const first = isAtRest(seen)
    ? `${counted(waiting.length, 'day')} ${waiting.length === 1 ? 'waits' : 'wait'}; no item is in flight; the worker can be stopped.`
    : `${counted(itemsInFlight, 'item')} in flight; ${String(waiting.length)} of ${counted(runs.length, 'day')} wait. See how far it is: o2-archiver drain --connector ${connector}`;
  return `${first}\nDays that are started meanwhile wait too. To go on: ${endCommand(connector)}`;
}

async function endDrain(session: Session): Promise<ExitCode> {
  const connector = onlyConnector(session);
  const staging = await session.staging(connector);
  const access = await session.temporal();
  const flag = await staging.drain.read();
  await staging.drain.end();
  const told = new Set<string>();
  await tellRuns(access, connector.id, null, told);
  const runs = [...told];
  const document = {
    connector: connector.id,
    state: flag === null ? 'not-drained' : 'ended',
    since: flag?.at ?? null,
    by: flag?.by ?? null,
    reason: flag?.reason ?? null,
    runs,
  };
  session.output.result(document, () =>
    flag === null
      ? `"${connector.id}" is not drained.`
      : [
          `${drainWords(flag)}. It is ended.`,
          `${counted(runs.length, 'day')} ${runs.length === 1 ? 'goes' : 'go'} on. See how far: o2-archiver status --connector ${connector.id}`,
        ].join('\n'),
  );
  return EXIT.done;
}
