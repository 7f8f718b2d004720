import type { Look } from './look.ts';
import { entry } from './look.ts';
import type { ShownStage } from './progress.ts';
import { age, countWords, duration } from './progress.ts';
import type { RunProgress, RunRow } from './status-document.ts';
import { counted, grouped } from './table.ts';

/** Stages in their order, in a word each. */
type Stages = readonly (readonly [ShownStage, string])[];

const STAGES: Stages = [
  ['fetch', 'fetch'],
  ['stage', 'check'],
  ['archive', 'archive'],
  ['reconcile', 'report'],
];

const DRY_STAGES: Stages = [
  ['fetch', 'fetch'],
  ['rehearse', 'try'],
];

const MAX_BAR_COLUMNS = 40;
/** Beside the bar: `  100 %`, and what stands before it. */
const BESIDE_BAR_COLUMNS = 20;

/** The runs of one connector, and whether it is drained. */
export function runLines(
  runs: readonly RunRow[],
  isDrained: boolean,
  nowMs: number,
  look: Look,
): string[] {
  if (runs.length === 0) return entry(look, 'runs', ['nothing now']);
  return runs.flatMap((run) =>
    entry(look, 'runs', runWords(run, isDrained && !run.dryRun, nowMs, look)),
  );
}

function runWords(
  { status, startedAt, progress, ...run }: RunRow,
  isHeldBack: boolean,
  nowMs: number,
  look: Look,
): string[] {
  const day = run.day ?? 'a day that is not known yet';
  const name = run.dryRun ? `${day}, a dry run,` : day;
  const id = `workflow ${run.workflowId}`;
  if (status !== 'RUNNING') return [`${name} ${status.toLowerCase()}, begun ${startedAt}`, id];
  const head = `${name} since ${startedAt} (${age(startedAt, nowMs)})`;
  if (progress === null) {
    return [head, 'no worker answers now. If none is there: npm run worker', id];
  }
  // Its pace tells nothing of when it ends: that is up to whoever drained the connector.
  const shown = isHeldBack ? { ...progress, perSecond: null } : progress;
  const held = isHeldBack ? ['waits: what is in flight ends, nothing more is started'] : [];
  return [head, ...progressWords(run.day ?? '', shown, look), ...held, id];
}

function progressWords(day: string, progress: RunProgress, look: Look): string[] {
  const { stage, packages, items, itemsOfDay, since, notArchived } = progress;
  if (stage === 'waiting') {
    return ['waiting: the site has no package of the day yet; it looks again every 10 minutes'];
  }
  const isMixed = since !== null && since !== day && itemsOfDay !== null;
  const own = isMixed ? `; ${grouped(itemsOfDay)} of them are of the day itself` : '';
  return [
    stagesWords(stage, stage === 'rehearse' ? DRY_STAGES : STAGES),
    ...(items === 0 ? [] : [...bar(progress, look), `${countWords(day, progress)}${own}`]),
    ...(items === 0 && packages > 0 ? [counted(packages, 'package')] : []),
    ...paceWords(progress),
    ...(notArchived === 0 ? [] : [look.paint('yellow', `${grouped(notArchived)} not archived`)]),
  ];
}

function stagesWords(now: ShownStage, stages: Stages): string {
  const at = stages.findIndex(([stage]) => stage === now);
  const done = at === -1 ? stages.length : at;
  const words = stages.map(([, word], place) => {
    const sign = place < done ? '✓' : place === done ? '…' : '·';
    return `${word} ${sign}`;
  });
  return words.join('  ');
}

/** Only where somebody looks. */
function bar({ settled, items }: RunProgress, look: Look): string[] {
  if (!Number.isFinite(look.columns)) return [];
  const columns = Math.min(MAX_BAR_COLUMNS, look.columns - BESIDE_BAR_COLUMNS);
  if (columns < 5) return [];
  const share = Math.min(1, settled / items);
  const full = Math.floor(share * columns);
  const drawn = `${'█'.repeat(full)}${'░'.repeat(columns - full)}`;
  return [`${look.paint('green', drawn)}  ${String(Math.floor(share * 100))} %`];
}

function paceWords({ perSecond, secondsLeft }: RunProgress): string[] {
  if (perSecond === null) return [];
  if (perSecond === 0) return ['no item has ended within the last minute'];
  const left = secondsLeft === null ? '' : `, about ${duration(secondsLeft)} left`;
  return [`${perSecond.toFixed(1)} items/s${left}`];
}
