import type { Readable } from 'node:stream';
import type { Route } from '../domain/routing.ts';
import type { Item } from '../domain/item.ts';
import type { Report } from '../domain/report.ts';
import type { Message } from '../domain/message.ts';
import type { Reason } from '../domain/reason.ts';
import { RunError } from '../domain/run-error.ts';
import type { Attempt, ImportEnd, ImportInput } from '../mailbox/importer.ts';
import type { Notifier } from '../notify/notifier.ts';
import type { Staging } from '../staging/staging.ts';
import type { indexPackage } from '../telemessage/package.ts';
import type { Site } from '../telemessage/site.ts';
import type { RegisteredUsers } from './coverage.ts';
import type { ItemReader } from './item-reader.ts';
import type { MemoryBudget } from './memory-budget.ts';

/** What the activities need to know of a connector's configuration. */
export interface ConnectorSettings {
  readonly id: string;
  /** `YYYY-MM-DD`: no day before it is taken. */
  readonly startDay: string;
  readonly lookbackDays: number;
  readonly quietMs: number;
  /** `HH:MM` of UTC. */
  readonly waitUntil: string;
  readonly catchupDays: number;
  readonly maxItemBytes: number;
  readonly parkMs: number;
  /** Lower case. */
  readonly ownDomains: readonly string[];
  /** Slices that one run of a day works off before it continues as new. */
  readonly slicesPerRun: number;
  readonly hasCanary: boolean;
}

/** Where the mailbox of a configured address lies, or why it cannot be found. */
export type AddressRoute =
  | { readonly mailbox: { readonly id: string } }
  | { readonly mailbox: null; readonly reason: Reason };

/** One connector, built by worker.ts: its settings and everything it talks to. */
export interface Connector {
  readonly settings: ConnectorSettings;
  openSite(): Site;
  readonly staging: Staging;
  /** The vendor's list of registered users, read anew; null where none is configured. */
  readonly registeredUsers: (() => Promise<RegisteredUsers>) | null;
  readonly indexPackage: typeof indexPackage;
  readonly items: ItemReader;
  /** The worker's one, for all its connectors. */
  readonly memory: MemoryBudget;
  /** Version of the conversion: same version, same item, same bytes. */
  readonly converter: string;
  compose(item: Item, at: { itemKey: string; stagedAt: string; omit?: readonly number[] }): Message;
  renderEml(
    message: Message,
    open: (position: number) => Promise<Readable | Buffer>,
  ): AsyncIterable<Buffer>;
  /** The custom mapping in force, as `run` asks for it. @throws {RunError} `mapping-invalid` */
  mapping(run: string): Promise<{ readonly id: string } | null>;
  route(
    party: { number: string | null; address: string | null },
    at: string,
    run: string,
  ): Promise<Route>;
  /** The mailbox that takes what is nobody's; null where none is configured. */
  readonly routeUnmatched: ((run: string) => Promise<AddressRoute>) | null;
  importCopy(input: ImportInput, attempt: Attempt): Promise<ImportEnd>;
  /** Addresses of the mailboxes that reports are brought to. */
  readonly readers: readonly string[];
  routeReader(address: string, run: string): Promise<AddressRoute>;
  composeReport(report: Report, parts: { html: Buffer; csv: Buffer; reader: string }): Message;
  /** Into the Inbox. */
  importReport(input: ImportInput, attempt: Attempt): Promise<ImportEnd>;
  readonly notifier: Notifier;
  /** Creates, reads back and removes a message of our own. @throws {RunError} `platform-changed` */
  tryCanary(signal: AbortSignal): Promise<void>;
}

/** The configured connectors of this worker. */
export interface Connectors {
  get(id: string): Connector;
}

export function connectors(all: readonly Connector[]): Connectors {
  const byId = new Map(all.map((connector) => [connector.settings.id, connector]));
  return {
    get(id) {
      const connector = byId.get(id);
      if (connector !== undefined) return connector;
      throw new RunError(
        'unknown-connector',
        `This worker has no connector "${id}"; it has ${[...byId.keys()].join(', ')}. Correct the input, or add it to o2-archiver.yaml and restart the worker.`,
      );
    },
  };
}
