import { resolve } from 'node:path';

import type {
  BlobAccount,
  ConnectorConfig,
  SourceConfig,
  TenantConfig,
  TenantCredential,
} from './config.ts';
import type { ConnectorFile } from './schema.ts';
import type { Secret } from './secret.ts';
import type { SecretSource } from './secrets.ts';
import { secretFromEnv, secretFromFile } from './secrets.ts';

/** Sources: https://learn.microsoft.com/graph/deployments */
const CLOUDS = {
  global: {
    graphEndpoint: 'https://graph.microsoft.com',
    authorityHost: 'https://login.microsoftonline.com',
  },
  usgov: {
    graphEndpoint: 'https://graph.microsoft.us',
    authorityHost: 'https://login.microsoftonline.us',
  },
  'usgov-dod': {
    graphEndpoint: 'https://dod-graph.microsoft.us',
    authorityHost: 'https://login.microsoftonline.us',
  },
  china: {
    graphEndpoint: 'https://microsoftgraph.chinacloudapi.cn',
    authorityHost: 'https://login.chinacloudapi.cn',
  },
} as const;

/** The connector of a file that was found right, with its secrets and full paths. */
export function connectorConfig(file: ConnectorFile, secrets: SecretSource): ConnectorConfig {
  const { staging, report, notify, mailbox } = file;
  const { registeredUsersFile } = report;
  return {
    id: file.id,
    startDay: file.startDay,
    source: sourceConfig(file.source, secrets),
    schedule: file.schedule,
    staging: { ...blobAccount(staging, secrets), container: staging.container },
    tenant: tenantConfig(file.tenant, secrets),
    mapping: file.mapping,
    mailbox: { ...mailbox, unmatched: mailbox.unmatched ?? null },
    report: {
      deliverTo: report.deliverTo,
      registeredUsersFile:
        registeredUsersFile === undefined ? null : resolve(secrets.folder, registeredUsersFile),
    },
    notify: {
      webhookUrl: secret(notify.webhookUrlEnv, notify.webhookUrlFile, secrets),
      heartbeatUrl: secret(notify.heartbeatUrlEnv, notify.heartbeatUrlFile, secrets),
    },
    limits: file.limits,
  };
}

function sourceConfig(source: ConnectorFile['source'], secrets: SecretSource): SourceConfig {
  const { lookbackDays, quietSeconds } = source;
  return { transport: transportOf(source, secrets), lookbackDays, quietSeconds };
}

function transportOf(
  { sftp, directory, azureBlob }: ConnectorFile['source'],
  secrets: SecretSource,
): SourceConfig['transport'] {
  if (directory !== undefined) {
    return { type: 'directory', path: resolve(secrets.folder, directory.path) };
  }
  if (azureBlob !== undefined) {
    const { container, prefix } = azureBlob;
    return { type: 'azureBlob', ...blobAccount(azureBlob, secrets), container, prefix };
  }
  if (sftp === undefined) throw new Error('a checked configuration has a source');
  return {
    type: 'sftp',
    host: sftp.host,
    port: sftp.port,
    username: sftp.username,
    password: secret(sftp.passwordEnv, sftp.passwordFile, secrets),
    privateKey: secret(undefined, sftp.privateKeyFile, secrets),
    privateKeyPassphrase: secret(
      sftp.privateKeyPassphraseEnv,
      sftp.privateKeyPassphraseFile,
      secrets,
    ),
    hostKey: sftp.hostKey ?? null,
    path: sftp.path,
  };
}

function blobAccount(
  file: {
    readonly account?: string | undefined;
    readonly connectionStringEnv?: string | undefined;
    readonly connectionStringFile?: string | undefined;
  },
  secrets: SecretSource,
): BlobAccount {
  return {
    account: file.account ?? null,
    connectionString: secret(file.connectionStringEnv, file.connectionStringFile, secrets),
    connectionStringInShell: inShell(file.connectionStringEnv, file.connectionStringFile, secrets),
  };
}

function inShell(
  variable: string | undefined,
  file: string | undefined,
  { folder }: SecretSource,
): string | null {
  if (variable !== undefined) return `"$${variable}"`;
  return file === undefined ? null : `"$(cat '${resolve(folder, file)}')"`;
}

function tenantConfig(tenant: ConnectorFile['tenant'], secrets: SecretSource): TenantConfig {
  const cloud = CLOUDS[tenant.cloud];
  return {
    cloud: tenant.cloud,
    tenantId: tenant.tenantId,
    credential: credentialOf(tenant, secrets),
    ownDomains: tenant.ownDomains.map((domain) => domain.toLowerCase()),
    canaryMailbox: tenant.canaryMailbox ?? null,
    graphEndpoint: withoutSlash(tenant.graphEndpoint ?? cloud.graphEndpoint),
    authorityHost: withoutSlash(tenant.authorityHost ?? cloud.authorityHost),
    isOwnAuthority: tenant.authorityHost !== undefined,
  };
}

function credentialOf(tenant: ConnectorFile['tenant'], secrets: SecretSource): TenantCredential {
  const { clientId = '', certificateFile, managedIdentity, workloadIdentity } = tenant;
  if (certificateFile !== undefined) {
    return { type: 'certificate', clientId, path: resolve(secrets.folder, certificateFile) };
  }
  if (managedIdentity !== undefined) {
    return { type: 'managedIdentity', clientId: identityOf(managedIdentity, tenant.clientId) };
  }
  if (workloadIdentity !== undefined) {
    return { type: 'workloadIdentity', clientId: identityOf(workloadIdentity, tenant.clientId) };
  }
  const value = secret(tenant.clientSecretEnv, tenant.clientSecretFile, secrets);
  if (value === null) throw new Error('a checked configuration has a credential');
  return { type: 'secret', clientId, secret: value };
}

function identityOf(
  identity: true | { readonly clientId?: string | undefined },
  clientId: string | undefined,
): string | null {
  return (identity === true ? undefined : identity.clientId) ?? clientId ?? null;
}

function secret(
  variable: string | undefined,
  file: string | undefined,
  secrets: SecretSource,
): Secret | null {
  if (variable !== undefined) return secretFromEnv(variable, secrets).secret;
  return file === undefined ? null : secretFromFile(file, secrets).secret;
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
