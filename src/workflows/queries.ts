import { defineQuery, defineSignal } from '@temporalio/workflow';
import {
  PARKED_SIGNAL,
  PROGRESS_QUERY,
  type BatchProgress,
  type DayProgress,
} from './contracts.ts';

export const progressQuery = defineQuery<DayProgress | BatchProgress>(PROGRESS_QUERY);
export const parkedSignal = defineSignal<[batchId: string]>(PARKED_SIGNAL);
