import { alarmName, type Alarm } from '../domain/alarm.ts';
import type { Container } from './container.ts';

/** The alarms that stand, in the state container. Lost, they are raised and told once more. */
export interface Alarms {
  list(): Promise<Alarm[]>;
  /** False when it stands already. */
  raise(alarm: Alarm): Promise<boolean>;
  setTold(alarm: Alarm, toldAt: string): Promise<void>;
  end(alarm: Alarm): Promise<void>;
}

const PREFIX = 'alarms/';

export function alarms(state: Container): Alarms {
  const path = (alarm: Alarm) => `${PREFIX}${alarmName(alarm)}.json`;
  const bytes = (alarm: Alarm) => Buffer.from(`${JSON.stringify(alarm, null, 2)}\n`);
  return {
    async list() {
      const standing: Alarm[] = [];
      for await (const blob of state.list(PREFIX)) {
        const kept = await state.read(blob.path);
        if (kept !== null) standing.push(JSON.parse(kept.toString()) as Alarm);
      }
      return standing;
    },
    raise: (alarm) => state.putOnce(path(alarm), bytes(alarm), 'application/json'),
    setTold: (alarm, toldAt) =>
      state.replace(path(alarm), bytes({ ...alarm, toldAt }), 'application/json'),
    end: (alarm) => state.remove(path(alarm)),
  };
}
