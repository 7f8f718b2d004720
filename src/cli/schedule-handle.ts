import { ScheduleNotFoundError } from '@temporalio/client';
import type { ScheduleDescription, ScheduleHandle } from '@temporalio/client';

import type { ConnectorConfig } from '../config/config.ts';
import { scheduleId } from '../domain/ids.ts';
import { UsageError } from './exit.ts';
import type { Session } from './session.ts';

/** The schedule as it is. @throws {UsageError} when there is none */
export function described(
  session: Session,
  connector: ConnectorConfig,
): Promise<ScheduleDescription> {
  return withSchedule(session, connector, (handle) => handle.describe());
}

export async function withSchedule<T>(
  session: Session,
  connector: ConnectorConfig,
  work: (handle: ScheduleHandle) => Promise<T>,
): Promise<T> {
  const id = scheduleId(connector.id);
  const { client } = await session.temporal();
  try {
    return await work(client.schedule.getHandle(id));
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    throw new UsageError(
      `there is no schedule ${id}. Create it: o2-archiver schedule apply --connector ${connector.id}`,
    );
  }
}
