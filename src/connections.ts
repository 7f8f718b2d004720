import { DefaultAzureCredential } from '@azure/identity';

import type { BlobAccount, ConnectorConfig, TenantConfig } from './config/config.ts';
import type { Credential } from './mailbox/credential.ts';
import { tokenSource } from './mailbox/credential.ts';
import type { GraphClient } from './mailbox/graph-client.ts';
import { graphClient } from './mailbox/graph-client.ts';
import { blobSource } from './staging/blob-source.ts';
import type { Staging, StagingOptions } from './staging/staging.ts';
import { staging } from './staging/staging.ts';
import { azureBlobSite } from './telemessage/azure-blob-site.ts';
import { directorySite } from './telemessage/directory-site.ts';
import { sftpSite } from './telemessage/sftp-site.ts';
import type { Site } from './telemessage/site.ts';

/**
 * A connector's configuration → what talks to its site, its storage account and its tenant. Shared
 * by the two composition roots; no room imports it.
 */
export function openStaging({ staging: { container, ...account } }: ConnectorConfig): Staging {
  return staging({ container, account: accountOf(account) });
}

/** `timeoutMs` is the deadline of the first answer. */
export function openSite({ source }: ConnectorConfig, timeoutMs?: number): Site {
  const { transport } = source;
  switch (transport.type) {
    case 'directory':
      return directorySite({ path: transport.path });
    case 'azureBlob':
      return azureBlobSite({
        container: blobSource(accountOf(transport), transport.container),
        prefix: transport.prefix,
      });
    case 'sftp': {
      const { host, port, username, password, privateKey, hostKey, path } = transport;
      return sftpSite({
        host,
        port,
        username,
        path,
        ...(password === null ? {} : { password: password.reveal() }),
        ...(privateKey === null ? {} : { privateKey: privateKey.reveal() }),
        ...(hostKey === null ? {} : { hostKey }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      });
    }
  }
}

export function openGraph({ tenant }: ConnectorConfig, timeoutMs?: number): GraphClient {
  const deadline = timeoutMs === undefined ? {} : { timeoutMs };
  const getToken = tokenSource({ ...tenant, credential: credentialOf(tenant), ...deadline });
  return graphClient({ baseUrl: tenant.graphEndpoint, getToken, ...deadline });
}

function credentialOf({ credential }: TenantConfig): Credential {
  return credential.type === 'secret'
    ? { ...credential, secret: credential.secret.reveal() }
    : credential;
}

function accountOf({ account, connectionString }: BlobAccount): StagingOptions['account'] {
  if (connectionString !== null) return { connectionString: connectionString.reveal() };
  // The standard AZURE_* variables, workload and managed identity, or the Azure CLI's login.
  return { url: account ?? '', credential: new DefaultAzureCredential() };
}
