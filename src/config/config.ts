import type { Secret } from './secret.ts';

/** The configuration, whole and frozen. Printing or serialising it shows no secret. */
export interface Config {
  /** Path of the file it was read from. */
  readonly file: string;
  readonly connectors: readonly ConnectorConfig[];
}

export interface ConnectorConfig {
  readonly id: string;
  /** `YYYY-MM-DD`. */
  readonly startDay: string;
  readonly source: SourceConfig;
  readonly schedule: ScheduleConfig;
  readonly staging: BlobAccount & { readonly container: string };
  readonly tenant: TenantConfig;
  readonly mapping: {
    readonly automatic: boolean;
    readonly custom: boolean;
    readonly defaultCountry: string;
    /** 0 to 1: a new mapping that drops more of the numbers is refused. */
    readonly maxRemovedShare: number;
  };
  readonly mailbox: {
    readonly folder: string;
    readonly itemClass: string;
    readonly messageIdDomain: string;
    /** Address of the catch-all for items of nobody; null without one. */
    readonly unmatched: string | null;
  };
  readonly report: {
    readonly deliverTo: readonly string[];
    readonly registeredUsersFile: string | null;
  };
  readonly notify: { readonly webhookUrl: Secret | null; readonly heartbeatUrl: Secret | null };
  readonly limits: LimitsConfig;
}

export interface SourceConfig {
  readonly transport: SftpSource | DirectorySource | AzureBlobSource;
  readonly lookbackDays: number;
  readonly quietSeconds: number;
}

export interface SftpSource {
  readonly type: 'sftp';
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: Secret | null;
  readonly privateKey: Secret | null;
  readonly privateKeyPassphrase: Secret | null;
  /** `SHA256:…`; null accepts any host key. */
  readonly hostKey: string | null;
  readonly path: string;
}

export interface DirectorySource {
  readonly type: 'directory';
  readonly path: string;
}

export interface AzureBlobSource extends BlobAccount {
  readonly type: 'azureBlob';
  readonly container: string;
  readonly prefix: string;
}

/** Exactly one of the two is there. */
export interface BlobAccount {
  /** Address of the storage account, used with the Azure identity of the process. */
  readonly account: string | null;
  readonly connectionString: Secret | null;
  /** What a shell puts in its place, `"$NAME"`; null with an account. */
  readonly connectionStringInShell: string | null;
}

export interface ScheduleConfig {
  /** `HH:MM` of UTC. */
  readonly at: string;
  readonly waitUntil: string;
  readonly catchupDays: number;
}

export interface TenantConfig {
  readonly cloud: 'global' | 'usgov' | 'usgov-dod' | 'china';
  readonly tenantId: string;
  readonly credential: TenantCredential;
  readonly ownDomains: readonly string[];
  readonly canaryMailbox: string | null;
  /** Root of Graph without version; the token's scope is this and `/.default`. */
  readonly graphEndpoint: string;
  /** Root of the token endpoint without tenant. */
  readonly authorityHost: string;
  /** An authority of the file's own: instance discovery is off. */
  readonly isOwnAuthority: boolean;
}

export type TenantCredential =
  | { readonly type: 'secret'; readonly clientId: string; readonly secret: Secret }
  | { readonly type: 'certificate'; readonly clientId: string; readonly path: string }
  | { readonly type: 'managedIdentity'; readonly clientId: string | null }
  | { readonly type: 'workloadIdentity'; readonly clientId: string | null };

export interface LimitsConfig {
  readonly maxItemBytes: number;
  readonly settleSeconds: number;
  readonly parkMinutes: number;
  readonly workers: number;
}
