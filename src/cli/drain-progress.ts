import { Presets, SingleBar } from 'cli-progress';

import type { AtWork } from './at-work.ts';
import type { Output } from './output.ts';
import { PLAIN_LINE_EVERY_MS } from './output.ts';
import { counted } from './table.ts';

/** Shows how many items are still in flight, on standard error. */
export interface DrainView {
  update(now: AtWork): void;
  close(): void;
}

/** A bar on a terminal, plain lines elsewhere. */
export function drainProgress(output: Output, now: () => number): DrainView {
  return output.isInteractive && !output.isJson ? bar() : plainLines(output, now);
}

function bar(): DrainView {
  const single = new SingleBar(
    { format: '{bar}  {words}', barsize: 24, clearOnComplete: false, stream: process.stderr },
    Presets.shades_classic,
  );
  let most: number | null = null;
  return {
    update(now) {
      const words = { words: wordsOf(now) };
      const left = now.itemsInFlight;
      if (most === null) single.start(Math.max(1, left), 0, words);
      most = Math.max(most ?? 1, left);
      single.setTotal(most);
      single.update(most - left, words);
    },
    close() {
      if (most !== null) single.stop();
    },
  };
}

function plainLines(output: Output, now: () => number): DrainView {
  let shownMs: number | null = null;
  return {
    update(seen) {
      if (shownMs !== null && now() - shownMs < PLAIN_LINE_EVERY_MS) return;
      shownMs = now();
      output.note(wordsOf(seen));
    },
    close: () => undefined,
  };
}

function wordsOf({ runs, waiting, itemsInFlight, steps }: AtWork): string {
  const at = [...new Set(steps)].join(', ');
  return [
    `${counted(itemsInFlight, 'item')} in flight`,
    `${String(waiting.length)} of ${counted(runs.length, 'run')} wait`,
    ...(at === '' ? [] : [`at work: ${at}`]),
  ].join(', ');
}
