import { ScheduleNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';

import type { ConnectorConfig } from '../config/config.ts';
import { scheduleId } from '../domain/ids.ts';
import type { Groundwork } from './groundwork.ts';
import { createContainers, registerSearchAttributes } from './groundwork.ts';
import type { Difference } from './schedule-definition.ts';
import {
  actualFacts,
  differences,
  scheduleDefinition,
  wantedFacts,
} from './schedule-definition.ts';
import type { Session } from './session.ts';

export interface Applied {
  readonly connector: string;
  readonly scheduleId: string;
  readonly state: 'created' | 'changed' | 'unchanged';
  readonly changes: readonly Difference[];
  readonly groundwork: readonly Groundwork[];
}

/** Makes containers, search attributes and schedule what the configuration says. */
export async function applySchedule(
  session: Session,
  connector: ConnectorConfig,
): Promise<Applied> {
  const access = await session.temporal();
  const containers = await createContainers(connector, await session.staging(connector));
  const attributes = await registerSearchAttributes(access);
  const groundwork = [...containers, attributes];
  const converged = await converge(access.client, connector);
  return {
    connector: connector.id,
    scheduleId: scheduleId(connector.id),
    ...converged,
    groundwork,
  };
}

async function converge(
  client: Client,
  connector: ConnectorConfig,
): Promise<Pick<Applied, 'state' | 'changes'>> {
  const wanted = scheduleDefinition(connector);
  const handle = client.schedule.getHandle(wanted.scheduleId);
  const actual = await handle.describe().catch((error: unknown) => {
    if (error instanceof ScheduleNotFoundError) return null;
    throw error;
  });
  if (actual === null) {
    await client.schedule.create(wanted);
    return { state: 'created', changes: differences({}, wantedFacts(connector)) };
  }
  const changes = differences(actualFacts(actual), wantedFacts(connector));
  if (changes.length === 0) return { state: 'unchanged', changes };
  // The state stays: what is paused stays paused, with its note.
  await handle.update(({ state }) => ({ ...wanted, state }));
  return { state: 'changed', changes };
}

export function appliedText({ scheduleId: id, state, changes, groundwork }: Applied): string {
  const lines = groundwork.map(({ what, state: done, command }) =>
    command === null ? `${what}: ${done}` : `${what}: not permitted. Who may, runs:\n  ${command}`,
  );
  const differing = changes.map(({ what, before, after }) =>
    state === 'created' ? `  ${what}: ${after}` : `  ${what}: ${before} → ${after}`,
  );
  return [...lines, `schedule ${id}: ${state}`, ...differing].join('\n');
}
