import type { Ground, Office, OfficeOptions, OfficeWorker } from '../support/office.ts';
import type { DayResult } from '../../src/workflows/contracts.ts';
import type { GeneratedItem, ItemMaker, Person, User } from './items.ts';
import type { ExpectedEnd, Truth } from './truth.ts';

/**
 * One cell of the fault matrix: what is done to whom, when, and what it must end in.
 *
 * To add one: write it into the file of its rows below `cells/` and list it there; `registry.ts`
 * gathers those lists. `play` gets a stage of its own (tenant, containers, site, Temporal namespace),
 * delivers items, does its evil and lets the day run to its end; it asserts only what is particular
 * to it. The runner then lets the checker judge everything that was left behind, runs the day once
 * more and has it judged that nothing changed. Wait for what happens (`met` of a fault, a counter),
 * never for a time.
 */
export interface Cell {
  /** Row and variant: `F14-date`. */
  readonly id: string;
  /** Of research's fault matrix, `F1` … `F48`. */
  readonly row: string;
  /** For people: what is done to whom, when. */
  readonly title: string;
  /** For people: what it must end in. */
  readonly end: string;
  /** Part of `npm test`: over within seconds. */
  readonly isQuick?: boolean;
  /** Minutes: played only when it is asked for by `--mixture` or its name. */
  readonly isLong?: boolean;
  /** Of `play`, unless ten minutes are enough. */
  readonly timeoutMs?: number;
  /** How often it is tried unless `--trials` says otherwise [1]. */
  readonly trials?: number;
  /** Kills or replaces servers: it gets Temporal and Azurite of its own. */
  readonly hasOwnGround?: boolean;
  /** The site is a container of the same Azurite, reached over the proxy, and not a directory. */
  readonly hasContainerSite?: boolean;
  /** `tenant.canaryMailbox` is set: each run makes a message there and removes it. */
  readonly hasCanary?: boolean;
  /** Of its office, beside what every stage has. */
  readonly office?: Partial<OfficeOptions>;
  play(stage: Stage): Promise<void>;
}

/** A row that cannot be tried here, and what is nearest to it. */
export interface UntriedRow {
  readonly row: string;
  readonly why: string;
  readonly nearest: string;
}

/** Users of the stage's tenant, and people whom it does not know. */
export interface Cast {
  readonly ann: User;
  readonly ben: User;
  readonly cat: User;
  /** Of our own domain, without a user. */
  readonly dan: Person;
  /** Of another domain. */
  readonly eve: Person;
}

export type DayEnd =
  | { readonly result: DayResult; readonly failure: null }
  | {
      readonly result: null;
      readonly failure: { readonly type: string; readonly message: string };
    };

export interface RunningDay {
  readonly workflowId: string;
  readonly runId: string;
  end(): Promise<DayEnd>;
}

/** What the cells read of Graph's answers. */
export interface GraphAnswer {
  readonly status: number;
  readonly id: string;
  readonly value: readonly { readonly id: string; readonly displayName: string }[];
}

/** A small office of the cell's own, and what it may do there. */
export interface Stage {
  /** The day that the cell is about. */
  readonly day: string;
  readonly office: Office & { readonly storage: NonNullable<Office['storage']> };
  readonly ground: Ground;
  /** Where the packages are put when the site is a container; else null. */
  readonly siteContainer: string | null;
  readonly cast: Cast;
  /** Whose mailbox the canary is tried in; null without one. */
  readonly canary: User | null;
  readonly make: ItemMaker;
  readonly truth: Truth;
  readonly random: () => number;
  /** How many items a long cell makes: what it would, unless `--items` says otherwise. */
  readonly items: (usual: number) => number;
  /** A figure for the table. */
  readonly note: (text: string) => void;
  /**
   * Puts a package of these items at the site, deflated unless `isStored`, and as settled as
   * `changedAt` says; gives its name.
   */
  readonly deliver: (
    items: readonly GeneratedItem[],
    options?: { day?: string; number?: number; changedAt?: Date; isStored?: boolean },
  ) => Promise<string>;
  /** Records another end than "imported for every party whom the tenant knows". */
  readonly expect: (item: GeneratedItem, end: ExpectedEnd) => void;
  /** One more user of ours, with a mailbox. */
  readonly hire: () => User;
  readonly startWorker: () => Promise<OfficeWorker>;
  /** Those that were started and have not ended. */
  readonly workers: () => readonly OfficeWorker[];
  /** Starts a day by hand, as `o2-archiver run` does. */
  readonly startDay: (input?: {
    day?: string;
    retry?: object;
    workflowId?: string;
  }) => Promise<RunningDay>;
  /** Starts a day and waits for its end. */
  readonly runDay: (input?: { day?: string; retry?: object }) => Promise<DayEnd>;
  /** A request of the tenant's administrator, or of a user, below `/v1.0`. */
  readonly ask: (method: string, path: string, body?: object) => Promise<GraphAnswer>;
  /** Copies that came to be in the tenant's mailboxes, removed ones too. */
  readonly created: () => number;
  /** Requests of a kind (`messages.create`) that reached the tenant. */
  readonly requested: (kind: string) => number;
}
