import type { Breaker } from './breaker.ts';
import { breaker } from './breaker.ts';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import type { Cloud } from './cloud.ts';
import { folders } from './folder.ts';
import type { GraphClient } from './graph-client.ts';
import { graphClient } from './graph-client.ts';
import type { Attempt, ImportEnd, ImportInput } from './import-contract.ts';
import { importCopy } from './importer.ts';
import type { Lanes } from './lane.ts';
import { lanes } from './lane.ts';
import type { Reading } from './reads.ts';
import { reads } from './reads.ts';

export interface MailboxesOptions {
  /** `https://` root of Graph without version. */
  readonly graphEndpoint: string;
  readonly getToken: (refused?: string) => Promise<string>;
  readonly cloud: Cloud;
  /** Display name of the archive's folder. */
  readonly folder: string;
  readonly settleMs: number;
  /** MUST be shorter than the heartbeat timeout of the import activity. */
  readonly createTimeoutMs: number;
  /** Processes that share the limits of a mailbox. */
  readonly workers: number;
  readonly parkedMs?: number;
  readonly collectMs?: number;
  readonly clock?: Clock;
}

/** A tenant's mailboxes, for one connector. */
export interface Mailboxes {
  readonly client: GraphClient;
  readonly lanes: Lanes;
  readonly breaker: Breaker;
  /** Port of directory/: one read, sent in a batch. */
  read(path: string, query?: Readonly<Record<string, string>>): Promise<Reading>;
  /** Port of directory/: whether the user has a mailbox that answers. */
  answers(mailbox: string, run: string): Promise<boolean>;
  importCopy(input: ImportInput, attempt: Attempt): Promise<ImportEnd>;
  /** HTTP requests to Graph so far, and the reads that went inside batches. */
  requests(): { readonly http: number; readonly subRequests: number };
}

export function mailboxes(o: MailboxesOptions): Mailboxes {
  const clock = o.clock ?? systemClock;
  const client = graphClient({ baseUrl: o.graphEndpoint, getToken: o.getToken });
  const batched = reads(client, clock, o.collectMs === undefined ? {} : { collectMs: o.collectMs });
  const deps = {
    client,
    folders: folders({ client, reads: batched, clock, name: o.folder }),
    lanes: lanes({ clock, workers: o.workers }),
    breaker: breaker(),
    clock,
    cloud: o.cloud,
    settleMs: o.settleMs,
    createTimeoutMs: o.createTimeoutMs,
    ...(o.parkedMs === undefined ? {} : { parkedMs: o.parkedMs }),
  };
  return {
    client,
    lanes: deps.lanes,
    breaker: deps.breaker,
    read: (path, query) => batched.read(path, query),
    answers: (mailbox, run) => deps.folders.answers(mailbox, run),
    importCopy: (input, attempt) => importCopy(deps, input, attempt),
    requests: () => ({ http: client.requests(), subRequests: batched.subRequests() }),
  };
}
