import type { TokenCredential } from '@azure/identity';
import { BlobServiceClient } from '@azure/storage-blob';
import { alarms, type Alarms } from './alarms.ts';
import { blocked, type Blocked } from './blocked.ts';
import { caseRequests, type CaseRequests } from './case-requests.ts';
import { container, type Container } from './container.ts';
import { DEADLINE_MS } from './deadline.ts';
import { drainState, type DrainState } from './drain.ts';
import { held, waived, type Held } from './held.ts';
import { messages, type Messages } from './messages.ts';
import { keptPersonKey, packages, type Packages } from './packages.ts';
import { receipts, type Receipts } from './receipts.ts';
import { reports, type Reports } from './reports.ts';
import { sending, type Sending } from './sending.ts';
import { signatures, type Signatures } from './signatures.ts';
import { state, type State } from './state.ts';
import { waivedDays, type WaivedDays } from './waived-days.ts';

export type BlobAccount =
  | { readonly connectionString: string }
  | { readonly url: string; readonly credential: TokenCredential };

export interface StagingOptions {
  readonly container: string;
  readonly account: BlobAccount;
  /** Called for each request that is sent. */
  readonly onRequest?: () => void;
}

/** The three containers of a connector: content and books (write-once), and state. */
export interface Staging {
  readonly packages: Packages;
  readonly messages: Messages;
  readonly receipts: Receipts;
  readonly reports: Reports;
  readonly signatures: Signatures;
  readonly state: State;
  readonly held: Held;
  readonly waived: Held;
  readonly blocked: Blocked;
  readonly caseRequests: CaseRequests;
  readonly waivedDays: WaivedDays;
  readonly sending: Sending;
  readonly alarms: Alarms;
  readonly drain: DrainState;
  /** Content, books, state: for set-up and check. */
  readonly containers: readonly [Container, Container, Container];
}

/** One try takes at most so long; a block is 4 MiB, so this is 70 kB/s. */
const TRY_TIMEOUT_MS = 60_000;

export function staging(options: StagingOptions): Staging {
  const service = blobService(options.account);
  const part = (name: string) =>
    container(service.getContainerClient(name), DEADLINE_MS, options.onRequest);
  const name = options.container;
  return stagingIn(part(name), part(`${name}-books`), part(`${name}-state`));
}

/** Staging in three containers, whoever stands behind them. */
export function stagingIn(content: Container, books: Container, changing: Container): Staging {
  const kept: State = state(changing, () => keptPersonKey(content));
  return {
    packages: packages(content, books, () => kept.personKey()),
    messages: messages(content),
    receipts: receipts(books),
    reports: reports(books),
    signatures: signatures(books),
    state: kept,
    held: held(changing),
    waived: waived(changing),
    blocked: blocked(changing),
    caseRequests: caseRequests(changing),
    waivedDays: waivedDays(books),
    sending: sending(changing),
    alarms: alarms(changing),
    drain: drainState(changing),
    containers: [content, books, changing],
  };
}

/** The storage service behind an account. */
export function blobService(account: BlobAccount): BlobServiceClient {
  // Two tries ride over a dropped connection; beyond that Temporal is the retry layer.
  const options = { retryOptions: { maxTries: 2, tryTimeoutInMs: TRY_TIMEOUT_MS } };
  return 'connectionString' in account
    ? BlobServiceClient.fromConnectionString(account.connectionString, options)
    : new BlobServiceClient(account.url, account.credential, options);
}
