import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ConfigError } from '../../../src/config/config-error.ts';
import type { Config } from '../../../src/config/config.ts';
import type { Environment } from '../../../src/config/environment.ts';
import { loadConfig } from '../../../src/config/load.ts';

export const SECRET = 'canary-5b1f-secret';

export const MINIMAL = `
connectors:
  - id: o2
    startDay: 2026-12-01
    source: { directory: { path: packages } }
    staging: { account: https://acme.blob.core.windows.net, container: o2-archive }
    tenant: { tenantId: t, clientId: c, clientSecretEnv: GRAPH }
`;

export const ENV: Environment = { GRAPH: SECRET, SFTP: SECRET, BLOB: SECRET };

/** A folder with the configuration and other files in it; gives the configuration's path. */
export function configFolder(yaml: string, files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'o2-config-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const path = join(folder, 'o2-archiver.yaml');
  writeFileSync(path, yaml);
  return path;
}

export function load(yaml: string, env: Environment = ENV): Config {
  return loadConfig({ path: configFolder(yaml), env });
}

/** The faults found, by path. */
export function faults(yaml: string, env: Environment = ENV): Map<string, string> {
  try {
    load(yaml, env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return new Map(error.problems.map(({ path, message }) => [path, message]));
  }
  return new Map();
}
