import type { Readable } from 'node:stream';
import { DefaultAzureCredential } from '@azure/identity';

import { itemReader, type ItemReader } from './activities/item-reader.ts';
import type { BlobAccount, ConnectorConfig, TenantConfig } from './config/config.ts';
import { users, type Users } from './directory/users.ts';
import { systemClock } from './mailbox/clock.ts';
import { copyReader } from './mailbox/copy-reader.ts';
import type { Item } from './domain/item.ts';
import type { Credential } from './mailbox/credential.ts';
import { tokenSource } from './mailbox/credential.ts';
import { folders } from './mailbox/folder.ts';
import type { GraphDownloads } from './mailbox/graph-client.ts';
import { graphClient } from './mailbox/graph-client.ts';
import { reads } from './mailbox/reads.ts';
import { sentForm } from './mailbox/rendering.ts';
import type { ComposeOptions } from './message/compose.ts';
import { composeMessage, converterVersion } from './message/compose.ts';
import { renderEml } from './message/eml.ts';
import { blobSource } from './staging/blob-source.ts';
import type { Staging, StagingOptions } from './staging/staging.ts';
import { staging } from './staging/staging.ts';
import { azureBlobSite } from './telemessage/azure-blob-site.ts';
import { directorySite } from './telemessage/directory-site.ts';
import { attachmentPass } from './telemessage/attachment-pass.ts';
import { entryStream, openAttachment, readItem } from './telemessage/item.ts';
import { rawItemKey, sourceReference } from './telemessage/key.ts';
import { manifestCount } from './telemessage/package.ts';
import { sftpSite } from './telemessage/sftp-site.ts';
import type { Site } from './telemessage/site.ts';
import type { ProofPorts } from './verify/ports.ts';

/**
 * A connector's configuration → what talks to its site, its storage account and its tenant. Shared
 * by the two composition roots; no room imports it.
 */
export function openStaging(
  { staging: { container, ...account } }: ConnectorConfig,
  onRequest?: () => void,
): Staging {
  return staging({
    container,
    account: accountOf(account),
    ...(onRequest === undefined ? {} : { onRequest }),
  });
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
      const { host, port, username, password, hostKey, path } = transport;
      const { privateKey, privateKeyPassphrase: passphrase } = transport;
      return sftpSite({
        host,
        port,
        username,
        path,
        ...(password === null ? {} : { password: password.reveal() }),
        ...(privateKey === null ? {} : { privateKey: privateKey.reveal() }),
        ...(passphrase === null ? {} : { passphrase: passphrase.reveal() }),
        ...(hostKey === null ? {} : { hostKey }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      });
    }
  }
}

export function openGraph({ tenant }: ConnectorConfig, timeoutMs?: number): GraphDownloads {
  const deadline = timeoutMs === undefined ? {} : { timeoutMs };
  const getToken = tokenSource({ ...tenant, credential: credentialOf(tenant), ...deadline });
  return graphClient({ baseUrl: tenant.graphEndpoint, getToken, ...deadline });
}

/** The tenant's users, for one who does not import: no lane, no breaker. */
export function openUsers(connector: ConnectorConfig): Users {
  const client = openGraph(connector);
  const reading = reads(client, systemClock);
  const name = connector.mailbox.folder;
  const top = folders({ client, reads: reading, clock: systemClock, name });
  return users({
    read: (path, query) => reading.read(path, query),
    answers: (user, run) => top.answers(user, run),
  });
}

/** Reads items of the connector out of its staged packages, their numbers by its default country. */
export function openItems(connector: ConnectorConfig, { packages }: Staging): ItemReader {
  return itemReader(packages, conversionOf(connector));
}

/** All that a proof reads with: the storage, the mailboxes, and the product's own conversion. */
export function openProof(connector: ConnectorConfig, onRequest: () => void): ProofPorts {
  const { mailbox } = connector;
  return {
    connector: connector.id,
    staging: openStaging(connector, onRequest),
    copies: copyReader({
      client: openGraph(connector),
      clock: systemClock,
      folder: mailbox.folder,
    }),
    conversion: conversionOf(connector),
    sentForm,
    manifestCount,
    rawItemKey,
    sourceReference,
    messageIdDomain: mailbox.messageIdDomain,
  };
}

/** How items are read and what messages they become: the code's version and the settings in it. */
export function conversionOf({ mapping, mailbox, limits }: ConnectorConfig) {
  return {
    readItem: (eml: Readable, context: Parameters<typeof readItem>[1]) =>
      readItem(eml, { ...context, defaultCountry: mapping.defaultCountry }),
    entryStream,
    openAttachment,
    attachmentPass,
    converter: converterVersion({ ...mailbox, ...limits, ...mapping }),
    compose: (item: Item, at: ComposedAs) =>
      composeMessage(item, {
        ...at,
        messageIdDomain: mailbox.messageIdDomain,
        itemClass: mailbox.itemClass,
        maxItemBytes: limits.maxItemBytes,
      }),
    renderEml,
  };
}

type ComposedAs = Pick<ComposeOptions, 'itemKey' | 'stagedAt' | 'omit'>;

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
