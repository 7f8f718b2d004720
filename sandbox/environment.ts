import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { Inputs } from './inputs.ts';
import { SITE_FOLDER } from './inputs.ts';
import type { RunningParts } from './start-parts.ts';
import type { Secrets, StatePaths } from './state.ts';

export const CONNECTOR = 'o2';
export const CONTAINER = 'o2-archive';
export const SITE_USER = 'telemessage';

/** Variables of the machine that would lead a part to another Temporal, tenant or storage. */
const FOREIGN = /^(TEMPORAL|AZURE|AZURITE|O2)_/;

/** The environment of every part: the machine's own without what would lead elsewhere. */
export function baseEnvironment(machine: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(machine).filter(([name]) => !FOREIGN.test(name));
  const loopback = ['127.0.0.1', 'localhost', machine['NO_PROXY'] ?? machine['no_proxy'] ?? ''];
  const noProxy = loopback.filter((name) => name !== '').join(',');
  return { ...Object.fromEntries(kept), NO_PROXY: noProxy, no_proxy: noProxy };
}

/** What worker and CLI need beside the connector file: the same that `.sandbox/env` exports. */
function productVariables(
  paths: StatePaths,
  secrets: Secrets,
  parts: RunningParts,
): Readonly<Record<string, string>> {
  return {
    O2_ARCHIVER_CONFIG: paths.connector,
    TEMPORAL_ADDRESS: parts.temporal.address,
    TEMPORAL_NAMESPACE: parts.temporal.namespace,
    TEMPORAL_CONFIG_FILE: join(paths.root, 'temporal.toml'),
    O2_TEMPORAL_UI: parts.temporal.uiUrl,
    NODE_EXTRA_CA_CERTS: parts.tenant.caFile,
    O2_SFTP_PASSWORD: secrets.sitePassword,
    O2_STAGING: parts.azurite.connectionString,
    O2_GRAPH_SECRET: secrets.clientSecret,
  };
}

/** Writes the connector file, `env` and the commands that it puts on PATH. */
export function writeEnvironment(
  paths: StatePaths,
  inputs: Inputs,
  secrets: Secrets,
  parts: RunningParts,
): NodeJS.ProcessEnv {
  const variables = productVariables(paths, secrets, parts);
  writeFileSync(paths.connector, connectorFile(inputs, secrets, parts), { mode: 0o600 });
  // Keeps a profile in the user's own temporal.toml from mixing in.
  writeFileSync(join(paths.root, 'temporal.toml'), '[profile.default]\n');
  writeCommands(paths, parts.cliPath);
  writeFileSync(paths.environment, environmentFile(paths, variables), { mode: 0o600 });
  return { ...baseEnvironment(process.env), ...variables };
}

function connectorFile(inputs: Inputs, secrets: Secrets, parts: RunningParts): string {
  const connector = {
    id: CONNECTOR,
    startDay: inputs.startDay,
    source: {
      sftp: {
        host: '127.0.0.1',
        port: parts.site.port,
        username: SITE_USER,
        passwordEnv: 'O2_SFTP_PASSWORD',
        hostKey: parts.site.fingerprint,
        path: SITE_FOLDER,
      },
      quietSeconds: 0,
    },
    staging: { connectionStringEnv: 'O2_STAGING', container: CONTAINER },
    tenant: {
      tenantId: secrets.tenantId,
      clientId: secrets.clientId,
      clientSecretEnv: 'O2_GRAPH_SECRET',
      ownDomains: [...inputs.ownDomains],
      graphEndpoint: parts.tenant.url,
      authorityHost: parts.tenant.url,
    },
    ...(inputs.compliance === null ? {} : { report: { deliverTo: [inputs.compliance] } }),
    // The stand-in shows a message as soon as it is in: a killed worker need not wait long.
    limits: { settleSeconds: 2 },
  };
  const note = '# Written by each start of the sandbox; changes are lost.\n';
  return note + stringify({ connectors: [connector] });
}

function writeCommands(paths: StatePaths, cliPath: string): void {
  const launcher = fileURLToPath(new URL('../bin/o2-archiver.mjs', import.meta.url));
  const command = join(paths.bin, 'o2-archiver');
  mkdirSync(paths.bin, { recursive: true });
  writeFileSync(command, `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(launcher)} "$@"\n`);
  chmodSync(command, 0o755);
  const temporal = join(paths.bin, 'temporal');
  rmSync(temporal, { force: true });
  symlinkSync(cliPath, temporal);
}

function environmentFile(paths: StatePaths, variables: Readonly<Record<string, string>>): string {
  const { NO_PROXY } = baseEnvironment(process.env);
  const lines = Object.entries({ ...variables, NO_PROXY: NO_PROXY ?? '' }).map(
    ([name, value]) => `export ${name}=${quoted(value)}`,
  );
  return [
    '# Source this file: o2-archiver and temporal then talk to the sandbox.',
    ...lines,
    `export PATH=${quoted(paths.bin)}${delimiter}"$PATH"`,
    '',
  ].join('\n');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
