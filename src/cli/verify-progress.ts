import { Presets, SingleBar } from 'cli-progress';

import type { ProofProgress } from '../verify/ports.ts';
import type { Output } from './output.ts';
import { PLAIN_LINE_EVERY_MS } from './output.ts';
import { grouped } from './table.ts';

/** Shows how far a proof is, on standard error. */
export interface ProofView {
  update(now: ProofProgress): void;
  close(): void;
}

const WORDS = { packages: 'packages', items: 'items' } as const;

/** A bar on a terminal, plain lines elsewhere. */
export function proofProgress(output: Output, now: () => number): ProofView {
  return output.isInteractive && !output.isJson ? bar() : plainLines(output, now);
}

function bar(): ProofView {
  const single = new SingleBar(
    { format: '{phase}  {bar}  {value} of {total}', barsize: 24, stream: process.stderr },
    Presets.shades_classic,
  );
  let phase: ProofProgress['phase'] | null = null;
  return {
    update(now) {
      const words = { phase: WORDS[now.phase] };
      if (phase === null) single.start(now.total, now.done, words);
      phase = now.phase;
      single.setTotal(now.total);
      single.update(now.done, words);
    },
    close: () => single.stop(),
  };
}

function plainLines(output: Output, now: () => number): ProofView {
  let shownMs = now();
  return {
    update({ phase, done, total }) {
      if (done < total && now() - shownMs < PLAIN_LINE_EVERY_MS) return;
      shownMs = now();
      output.note(`verified ${grouped(done)} of ${grouped(total)} ${WORDS[phase]}`);
    },
    close: () => undefined,
  };
}
