import type { ConnectorConfig } from '../config/config.ts';
import { TASK_QUEUE } from '../domain/ids.ts';
import type { Finding } from './check-text.ts';
import { withinReach } from './deadline.ts';
import { missingSearchAttributes, searchAttributeCommand } from './groundwork.ts';
import { actualFacts, differences, wantedFacts } from './schedule-definition.ts';
import { scheduleState } from './status-temporal.ts';
import type { Session, TemporalAccess } from './session.ts';
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
    ['search attributes', asked(attributesCheck)],
    ['schedule', asked((access) => scheduleCheck(access, connector))],
    ['worker', asked(workerCheck)],
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

async function attributesCheck(access: TemporalAccess): Promise<Finding> {
  const missing = await missingSearchAttributes(access);
  if (missing.length === 0) return { message: 'all are registered' };
  return {
    state: 'failed',
    message: `missing: ${missing.join(', ')}`,
    cure: `o2-archiver schedule apply, or: ${searchAttributeCommand(access.namespace, missing)}`,
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
  if (state === 'active') return { message: `${scheduleId} runs next at ${next ?? '–'}` };
  const cure = `o2-archiver schedule resume --connector ${connector.id}`;
  return { state: 'warning', message: `it is paused. ${note ?? ''}`.trimEnd(), cure };
}

async function workerCheck({ client, namespace }: TemporalAccess): Promise<Finding> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: TASK_QUEUE },
  });
  const count = new Set(pollers.map(({ identity }) => identity)).size;
  if (count > 0) return { message: `${String(count)} polls the task queue ${TASK_QUEUE}` };
  return {
    state: 'failed',
    message: `nobody polls the task queue ${TASK_QUEUE}`,
    cure: 'Start a worker: npm run worker, or node dist/worker.js',
  };
}
