import type { Fetched } from '../activities/fetch.ts';
import { toSeconds } from '../domain/archive-day.ts';
import type { ThisRun } from '../domain/report.ts';
import type {
  BatchResult,
  CarriedDay,
  DayPlan,
  DayProgress,
  DayResult,
  DayStage,
  SlicePosition,
} from './contracts.ts';
import { showDetails } from './current-details.ts';
import { dayLinks } from './day-links.ts';
import { Drain, drainedInWords } from './drain.ts';
import { Window } from './window.ts';

/** Batches of a day in flight: one workflow is a serial lock, so many parents share the items. */
const BATCHES_IN_FLIGHT = 4;

const NOTHING: ThisRun = { started: 0, imported: 0, unchanged: 0 };

const EMPTY_PLAN: DayPlan = {
  window: [],
  gaps: [],
  staleDays: [],
  waitUntilMs: 0,
  parkMs: 0,
  fetchAlarmMs: 0,
  slicesPerRun: 1,
  hasCanary: false,
  readers: 0,
};

/** What a day's run knows of itself. It decides nothing: receipts do. */
export class DayState {
  readonly connector: string;
  readonly day: string;
  plan: DayPlan;
  batches: number;
  readonly drain: Drain;
  readonly window: Window;
  /** Where the slices of an earlier run of this execution ended. */
  after: SlicePosition | null;
  stoppedBy: BatchResult['stoppedBy'] = null;
  items = 0;
  /** A package of the run's own day is staged. */
  isDelivered: boolean;
  /** One lies at the site and could not be taken yet. */
  isLeft = false;
  /** A reader of the report could not have it. */
  isReportUndelivered = false;
  #isAwaitingOwnDay: boolean;
  #stage: DayStage = 'fetch';
  #settled: number;
  #notArchived: number;
  #packages: number;
  readonly #startedAt: string;
  readonly #newDays: Set<string>;
  readonly #touched: Set<string>;
  readonly #closed = new Set<string>();
  readonly #counts: Record<string, ThisRun>;

  constructor(connector: string, day: string, carried?: CarriedDay) {
    this.connector = connector;
    this.day = day;
    this.drain = new Drain(connector);
    this.window = new Window(BATCHES_IN_FLIGHT, this.drain.isOpen);
    this.plan = carried?.plan ?? EMPTY_PLAN;
    this.after = carried?.after ?? null;
    this.batches = carried?.batches ?? 0;
    this.isDelivered = carried?.isDelivered ?? false;
    this.#isAwaitingOwnDay = carried?.isAwaitingOwnDay ?? false;
    this.#startedAt = carried?.startedAt ?? toSeconds(Date.now());
    this.#newDays = new Set(carried?.newDays ?? []);
    this.#touched = new Set(carried?.touchedDays ?? []);
    this.#counts = { ...carried?.counts };
    this.#settled = carried?.settled ?? 0;
    this.#notArchived = carried?.notArchived ?? 0;
    this.#packages = carried?.packages ?? 0;
  }

  /** The days at hand: the window's, and once they are archived, its own only. */
  get days(): readonly string[] {
    return this.#isAwaitingOwnDay ? [this.day] : this.plan.window;
  }

  get isAwaitingOwnDay(): boolean {
    return this.#isAwaitingOwnDay;
  }

  awaitOwnDay(): void {
    this.#isAwaitingOwnDay = true;
    this.after = null;
    this.enter('waiting');
  }

  get newDays(): string[] {
    return [...this.#newDays].sort();
  }

  get touchedDays(): string[] {
    return [...this.#touched].sort();
  }

  /** Days whose books this run closed. */
  get closedDays(): string[] {
    return [...this.#closed].sort();
  }

  closed(day: string): void {
    this.#closed.add(day);
  }

  countsOf(day: string): ThisRun {
    return this.#counts[day] ?? NOTHING;
  }

  enter(stage: DayStage): void {
    this.#stage = stage;
    this.show();
  }

  took(fetched: Fetched): void {
    this.#packages = fetched.packages.length;
    for (const day of fetched.newDays) this.#newDays.add(day);
    this.isDelivered ||= fetched.packages.some((found) => found.day === this.day);
    this.isLeft = fetched.leftDays.includes(this.day);
  }

  touch(day: string): void {
    this.#touched.add(day);
  }

  park(batchId: string): void {
    this.window.park(batchId);
  }

  count(day: string, batch: BatchResult): void {
    const before = this.countsOf(day);
    this.#counts[day] = {
      started: before.started + batch.started,
      imported: before.imported + batch.imported,
      unchanged: before.unchanged + batch.unchanged,
    };
    this.#settled += batch.started + batch.unchanged;
    this.#notArchived += batch.notArchived;
    this.stoppedBy ??= batch.stoppedBy;
    if (batch.started > 0) this.touch(day);
    this.show();
  }

  progress(): DayProgress {
    const [since] = this.days;
    const { drained } = this.drain;
    return {
      day: this.day,
      ...(since === undefined ? {} : { since }),
      stage: this.#stage,
      packages: this.#packages,
      items: this.items,
      settled: this.#settled,
      notArchived: this.#notArchived,
      startedAt: this.#startedAt,
      running: this.window.running,
      ...(drained === null ? {} : { drained }),
    };
  }

  carried(after: SlicePosition): CarriedDay {
    const { drained } = this.drain;
    return {
      plan: this.plan,
      startedAt: this.#startedAt,
      newDays: this.newDays,
      touchedDays: this.touchedDays,
      after,
      batches: this.batches,
      counts: this.#counts,
      settled: this.#settled,
      notArchived: this.#notArchived,
      packages: this.#packages,
      isDelivered: this.isDelivered,
      isAwaitingOwnDay: this.#isAwaitingOwnDay,
      ...(drained === null ? {} : { drained }),
    };
  }

  /** Live status of the run's page: served by a query, it costs no event. */
  show(): void {
    const { stage, packages, items, settled, notArchived } = this.progress();
    const seconds = Math.max(1, (Date.now() - Date.parse(this.#startedAt)) / 1_000);
    const rate = settled / seconds;
    showDetails(`**${this.day}: ${STAGES[stage]}**

| | |
|---|---|
| packages in the window | ${String(packages)} |
| items of ended batches | ${String(settled)} of ${String(items)} |
| not archived | ${String(notArchived)} |
| rate | ${rate.toFixed(1)} items/s |
| time left | ${stage === 'archive' ? timeLeft(items - settled, rate) : '–'} |

Of ${this.day}: ${dayLinks(this.connector, this.day)}${drainedInWords(this.connector, this.drain.drained)}`);
  }

  closingDetails({ outcome, books, report, thisRun }: DayResult): string {
    return `**${this.day}: ${outcome}**

| copies | |
|---|---|
| imported | ${String(books.imported)} |
| partially imported | ${String(books.partiallyImported)} |
| skipped | ${String(books.skipped)} |
| waived | ${String(books.waived)} |
| failed | ${String(books.failed)} |
| **available** | **${String(books.available)}** |

This run: ${String(thisRun.started)} items started, ${String(thisRun.imported)} copies made, ${String(thisRun.unchanged)} items unchanged

Of ${this.day}: ${dayLinks(this.connector, this.day)}

Report: \`${report ?? 'none'}\`

\`o2-archiver report --connector ${this.connector} --day ${this.day}\``;
  }
}

/** From the rate of the whole run, its fetch included: rather too long than too short. */
function timeLeft(items: number, rate: number): string {
  if (items <= 0 || rate === 0) return '–';
  const minutes = items / rate / 60;
  if (minutes < 1) return 'less than a minute';
  return minutes < 90 ? `about ${minutes.toFixed(0)} min` : `about ${(minutes / 60).toFixed(1)} h`;
}

const STAGES: Readonly<Record<DayStage, string>> = {
  waiting: 'Waits for the package of its day',
  fetch: 'Fetches packages from the site',
  stage: 'Verifies and indexes packages',
  archive: 'Archives items',
  reconcile: 'Closes the books',
  done: 'Done',
};
