import type { Client } from '@temporalio/client';

import type { ItemReader } from '../activities/item-reader.ts';
import type { Config, ConnectorConfig } from '../config/config.ts';
import type { Users } from '../directory/users.ts';
import type { Staging } from '../staging/staging.ts';
import type { Site } from '../telemessage/site.ts';
import type { ProofPorts } from '../verify/ports.ts';
import type { Output } from './output.ts';
import type { Guide } from './setup/guide.ts';
import type { TenantProbe } from './tenant-probe.ts';

/** A connection to Temporal and the namespace that the connector works in. */
export interface TemporalAccess {
  readonly client: Client;
  readonly address: string;
  readonly namespace: string;
}

/** What client.ts can build. Nothing is built before a command asks for it. */
export interface Builders {
  readonly loadConfig: (path: string | undefined) => Config;
  /** @throws {UnreachableError} when the server does not answer in time */
  readonly connectTemporal: () => Promise<TemporalAccess>;
  readonly openStaging: (connector: ConnectorConfig) => Promise<Staging>;
  readonly openSite: (connector: ConnectorConfig) => Promise<Site>;
  readonly openTenant: (connector: ConnectorConfig) => Promise<TenantProbe>;
  /** The tenant's users, as the worker looks them up. */
  readonly openUsers: (connector: ConnectorConfig) => Promise<Users>;
  /** Items out of their staged packages. */
  readonly openItems: (connector: ConnectorConfig) => Promise<Pick<ItemReader, 'read'>>;
  /** What a proof reads with; `onRequest` is called for each request to Azure Storage. */
  readonly openProof: (connector: ConnectorConfig, onRequest: () => void) => Promise<ProofPorts>;
  /** For a configuration that is still to be written. */
  readonly openGuide: (path: string | undefined) => Promise<Guide>;
  /** Opens a link in the browser; false where there is none. */
  readonly openLink: (url: string) => Promise<boolean>;
  /** Address of the Temporal Web UI without a slash at its end. */
  readonly webUi: string;
  /** Who types, for notes and records that name them. */
  readonly operator: string;
  readonly now: () => number;
}

/** One run of one command: its configuration, the connectors it is about, what it may use. */
export interface Session extends Omit<
  Builders,
  'loadConfig' | 'connectTemporal' | 'openStaging' | 'openGuide'
> {
  readonly config: Config;
  readonly connectors: readonly ConnectorConfig[];
  readonly output: Output;
  /** One connection, made at the first call. */
  temporal(): Promise<TemporalAccess>;
  /** @throws {RunError | UnreachableError} when the containers do not answer in time */
  staging(connector: ConnectorConfig): Promise<Staging>;
}
