import { MultiBar, Presets } from 'cli-progress';
import type { SingleBar } from 'cli-progress';

import type { DayEnd, StartedDay } from './days.ts';
import type { Output } from './output.ts';
import { PLAIN_LINE_EVERY_MS } from './output.ts';
import type { ShownSnapshot } from './progress.ts';
import { countWords, duration, pace, STAGE_WORDS } from './progress.ts';
import { grouped } from './table.ts';

/** Shows how far days are, on standard error. */
export interface ProgressView {
  update(day: StartedDay, snapshot: ShownSnapshot): void;
  end(day: StartedDay, end: DayEnd): void;
  close(): void;
}

/** Bars on a terminal, plain lines elsewhere. */
export function progressView(output: Output): ProgressView {
  return output.isInteractive && !output.isJson ? bars() : plainLines(output);
}

function titleOf({ connector, day }: StartedDay): string {
  return `${connector} ${day}`;
}

function bars(): ProgressView {
  const multi = new MultiBar(
    {
      format: '{title}  {bar}  {words}',
      barsize: 24,
      clearOnComplete: false,
      hideCursor: true,
      stopOnComplete: false,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  const shown = new Map<string, { bar: SingleBar; first: ShownSnapshot }>();
  return {
    update(day, snapshot) {
      const title = titleOf(day);
      const known = shown.get(title) ?? {
        bar: multi.create(Math.max(1, snapshot.items), 0, { title, words: '' }),
        first: snapshot,
      };
      shown.set(title, known);
      known.bar.setTotal(Math.max(1, snapshot.items));
      known.bar.update(snapshot.settled, { words: wordsOf(day, known.first, snapshot) });
    },
    end(day, end) {
      const bar = shown.get(titleOf(day))?.bar;
      bar?.update(bar.getTotal(), { words: end.outcome });
    },
    close() {
      multi.stop();
    },
  };
}

function plainLines(output: Output): ProgressView {
  const last = new Map<string, { first: ShownSnapshot; shown: ShownSnapshot }>();
  return {
    update(day, snapshot) {
      const title = titleOf(day);
      const known = last.get(title);
      const isNew =
        known?.shown.stage !== snapshot.stage ||
        known.shown.drained?.since !== snapshot.drained?.since;
      const ageMs = snapshot.atMs - (known?.shown.atMs ?? 0);
      if (!isNew && ageMs < PLAIN_LINE_EVERY_MS) return;
      const first = known?.first ?? snapshot;
      last.set(title, { first, shown: snapshot });
      output.note(`${title}: ${wordsOf(day, first, snapshot)}`);
    },
    end(day, end) {
      output.note(`${titleOf(day)}: ended, ${end.outcome}`);
    },
    close() {
      last.clear();
    },
  };
}

function wordsOf({ connector, day }: StartedDay, first: ShownSnapshot, now: ShownSnapshot): string {
  const { perSecond, secondsLeft } = pace(first, now);
  const words = [...(now.items === 0 ? [] : [countWords(day, now)]), STAGE_WORDS[now.stage]];
  if (now.drained !== undefined) {
    const { since, by } = now.drained;
    return [
      ...words,
      `drained since ${since} by ${by}: o2-archiver drain --end --connector ${connector}`,
    ].join(', ');
  }
  if (now.stage === 'archive' && perSecond !== null) words.push(`${perSecond.toFixed(1)}/s`);
  if (now.stage === 'archive' && secondsLeft !== null) words.push(`${duration(secondsLeft)} left`);
  if (now.notArchived > 0) words.push(`${grouped(now.notArchived)} not archived`);
  return words.join(', ');
}
