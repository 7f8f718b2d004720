import type { ConnectorConfig } from '../config/config.ts';
import { TASK_QUEUE } from '../domain/ids.ts';
import { connectorsServedBy } from '../domain/worker-identity.ts';
import type { Finding } from './check-text.ts';
import { withinReach } from './deadline.ts';
import { missingSearchAttributes, searchAttributeCommand } from './groundwork.ts';
import { actualFacts, differences, wantedFacts } from './schedule-definition.ts';
import { scheduleState } from './status-temporal.ts';
import type { Session, TemporalAccess } from './session.ts';
import { counted } from './table.ts';
import { temporalProblem } from './temporal-error.ts';

/** Histories of days and items shall outlive a month's report. */
const LEAST_RETENTION_DAYS = 30;

/** The checks of Temporal, in the order in which each needs the one before. */
export function temporalChecks(
  session: Session,
  connector: ConnectorConfig,
): [string, () => Promise<Finding>][] {
  const asked = (ask: (access: TemporalAccess) => Promise<Finding>) => async () => {
    const access = await session.temporal();
    try {
      return await withinReach(ask(access), `Temporal at ${access.address}`);
    } catch (error) {
      throw temporalProblem(error, access);
    }
  };
  return [
    ['temporal', asked(namespaceCheck)],
    ['search attributes', asked((access) => attributesCheck(access, connector))],
    ['schedule', asked((access) => scheduleCheck(access, connector))],
    ['worker', asked((access) => workerCheck(access, connector))],
  ];
}

async function namespaceCheck({ client, address, namespace }: TemporalAccess): Promise<Finding> {
  const { config } = await client.workflowService.describeNamespace({ namespace });
  const seconds = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  const days = Math.floor(seconds / 86_400);
  const found = `${address}, namespace "${namespace}", retention ${String(days)} days`;
  if (days >= LEAST_RETENTION_DAYS) return { message: found };
  return {
    state: 'warning',
    message: found,
    cure: `temporal operator namespace update --namespace ${namespace} --retention 720h`,
  };
}

async function attributesCheck(access: TemporalAccess, { id }: ConnectorConfig): Promise<Finding> {
  const missing = await missingSearchAttributes(access);
  if (missing.length === 0) return { message: 'all are registered' };
  return {
    state: 'failed',
    message: `missing: ${missing.join(', ')}`,
    cure: `o2-archiver schedule apply --connector ${id}, or: ${searchAttributeCommand(access.namespace, missing)}`,
  };
}

async function scheduleCheck(access: TemporalAccess, connector: ConnectorConfig): Promise<Finding> {
  const { scheduleId, state, note, next } = await scheduleState(access, connector);
  const apply = `o2-archiver schedule apply --connector ${connector.id}`;
  if (state === 'none') {
    return { state: 'warning', message: `there is no ${scheduleId}`, cure: apply };
  }
  const description = await access.client.schedule.getHandle(scheduleId).describe();
  const [differing] = differences(actualFacts(description), wantedFacts(connector));
  if (differing !== undefined) {
    const { what, before, after } = differing;
    const message = `${what} is ${before}, the configuration says ${after}`;
    return { state: 'warning', message, cure: apply };
  }
  if (state === 'active')
    return waitingCheck(connector, `${scheduleId} runs next at ${next ?? '–'}`);
  const cure = `o2-archiver schedule resume --connector ${connector.id}`;
  return { state: 'warning', message: `it is paused. ${note ?? ''}`.trimEnd(), cure };
}

/** Both times are of the same date. */
function waitingCheck({ schedule: { at, waitUntil } }: ConnectorConfig, message: string): Finding {
  if (waitUntil >= at) return { message };
  return {
    state: 'warning',
    message: `${message}; it never waits for a late package: waitUntil ${waitUntil} is over at ${at}`,
    cure: `Set schedule.waitUntil to a later time (UTC), or to "${at}" if that is meant.`,
  };
}

async function workerCheck(
  { client, namespace }: TemporalAccess,
  { id }: ConnectorConfig,
): Promise<Finding> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: TASK_QUEUE },
  });
  return workerFinding(new Set(pollers.map(({ identity }) => identity ?? '')), id);
}

/** A worker that ended stands in the server's list for five minutes more. */
export function workerFinding(identities: ReadonlySet<string>, id: string): Finding {
  const workers = [...identities].map(connectorsServedBy);
  const polled = `${counted(workers.length, 'worker')} polled ${TASK_QUEUE} within the last five minutes`;
  if (workers.length === 0) {
    return {
      state: 'failed',
      message: `nobody polls the task queue ${TASK_QUEUE}`,
      cure: 'Start a worker: npm run worker, or node dist/worker.js',
    };
  }
  const cure = `Start the worker again with the configuration that has "${id}": it reads it when it starts.`;
  const others = workers.filter((served) => served !== null && !served.includes(id)).length;
  if (others === workers.length) {
    return { state: 'failed', message: `${polled}, none for "${id}"`, cure };
  }
  if (others > 0) {
    return {
      state: 'warning',
      message: `${polled}, ${String(others)} of them not for "${id}"`,
      cure: `If that one runs still: ${cure}`,
    };
  }
  const isTold = workers.every((served) => served !== null);
  return {
    message: isTold
      ? `${polled}, for "${id}" too`
      : `${polled}; whether for "${id}" is not told: a worker knows what it read when it started`,
  };
}
