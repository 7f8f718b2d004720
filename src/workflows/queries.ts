import { defineQuery, defineSignal } from '@temporalio/workflow';
import {
  DRAIN_SIGNAL,
  PARKED_SIGNAL,
  PROGRESS_QUERY,
  type BatchProgress,
  type DayProgress,
  type Drained,
} from './contracts.ts';

export const progressQuery = defineQuery<DayProgress | BatchProgress>(PROGRESS_QUERY);
export const parkedSignal = defineSignal<[batchId: string]>(PARKED_SIGNAL);
/** With null: the flag was taken away. */
export const drainSignal = defineSignal<[drained: Drained | null]>(DRAIN_SIGNAL);
