import type { Truth } from '../truth.ts';
import { judgeBooks } from './books.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';
import { judgeItems } from './items.ts';
import { judgePackages, judgeTraces, judgeWitnessed } from './staged.ts';

/** I1 to I5 over what a trial left behind; nothing found means that all of them hold. */
export function judge(evidence: Evidence, truth: Truth): Finding[] {
  return [
    ...judgeItems(evidence, truth),
    ...judgeBooks(evidence.staged.books, truth),
    ...judgePackages(evidence.staged, truth),
    ...judgeWitnessed(evidence.staged, truth),
    ...judgeTraces(evidence, truth),
  ];
}
