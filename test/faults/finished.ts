import type { DayResult } from '../../src/workflows/contracts.ts';
import type { DayEnd } from './cell.ts';

/** The result of a day that ended well. @throws with its failure when it did not */
export function finished({ result, failure }: DayEnd): DayResult {
  if (failure === null) return result;
  throw new Error(`the day failed as ${failure.type}: ${failure.message}`);
}
