import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONNECTOR, CONTAINER, SITE_USER } from './environment.ts';
import { SITE_FOLDER } from './inputs.ts';
import type { Inputs } from './inputs.ts';
import type { ChosenPorts, RunningParts } from './start-parts.ts';
import type { Secrets, StatePaths } from './state.ts';

export interface Described {
  readonly paths: StatePaths;
  readonly inputs: Inputs;
  readonly secrets: Secrets;
  readonly ports: ChosenPorts;
  readonly parts: RunningParts;
  readonly workerPid: number;
}

/**
 * Writes `sandbox.json`: everything that a second terminal or a test needs to talk to the sandbox.
 * It holds the secrets of the stand-ins, hence only its owner may read it.
 */
export function describeSandbox(described: Described): void {
  const { paths, inputs, secrets, ports, parts, workerPid } = described;
  const { temporal, azurite, tenant, site } = parts;
  const processes = [temporal.part, azurite.part, tenant.part, site.part].map(({ pid }) => pid());
  const content = {
    pid: process.pid,
    processes: [...processes, workerPid],
    ports,
    day: inputs.day,
    startDay: inputs.startDay,
    connector: {
      id: CONNECTOR,
      file: paths.connector,
      ownDomains: inputs.ownDomains,
      mappingFile: inputs.mappingFile,
    },
    temporal: {
      address: temporal.address,
      namespace: temporal.namespace,
      webUi: temporal.uiUrl,
      cli: parts.cliPath,
    },
    storage: {
      account: azurite.account,
      endpoint: azurite.endpoint,
      connectionString: azurite.connectionString,
      containers: {
        content: CONTAINER,
        books: `${CONTAINER}-books`,
        state: `${CONTAINER}-state`,
      },
    },
    site: {
      host: '127.0.0.1',
      port: site.port,
      username: SITE_USER,
      password: secrets.sitePassword,
      hostKey: site.fingerprint,
      path: SITE_FOLDER,
      packages: inputs.packagesDirectory,
    },
    tenant: {
      graphEndpoint: tenant.url,
      authorityHost: tenant.url,
      tokenEndpoint: `${tenant.url}/${secrets.tenantId}/oauth2/v2.0/token`,
      scope: `${tenant.url}/.default`,
      tenantId: secrets.tenantId,
      clientId: secrets.clientId,
      clientSecret: secrets.clientSecret,
      controlKey: secrets.controlKey,
      mailboxes: tenant.mailboxesUrl,
      caFile: tenant.caFile,
      usersFile: inputs.usersFile,
    },
    worker: { pidFile: paths.workerPid, log: join(paths.logs, 'worker.log') },
    paths: {
      state: paths.root,
      environment: paths.environment,
      connector: paths.connector,
      logs: paths.logs,
    },
  };
  writeFileSync(paths.description, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
}
