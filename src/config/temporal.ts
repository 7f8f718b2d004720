import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ClientConnectConfig } from '@temporalio/envconfig';

import { ConfigError } from './config-error.ts';
import type { Environment } from './environment.ts';

const DEFAULT_TEMPORAL_ADDRESS = 'localhost:7233';

export interface TemporalSettings {
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
  readonly address: string;
  readonly namespace: string;
}

/**
 * How to reach Temporal: the standard TEMPORAL_* variables and the standard `temporal.toml`.
 *
 * @throws {ConfigError} when they contradict each other or name a file that cannot be read
 * @see https://docs.temporal.io/develop/environment-configuration
 */
export function temporalSettings(env: Environment): TemporalSettings {
  const { connectionOptions, namespace } = loadStandard(env);
  return {
    connectionOptions,
    address: connectionOptions.address ?? DEFAULT_TEMPORAL_ADDRESS,
    namespace: namespace ?? 'default',
  };
}

/** Variable with the address of the Temporal Web UI, for links; Temporal has no standard one. */
const WEB_UI_VARIABLE = 'O2_TEMPORAL_UI';

/** Where the Web UI is: told by O2_TEMPORAL_UI, else the development server's own port. */
export function webUiAddress(env: Environment): string {
  return (env[WEB_UI_VARIABLE] ?? 'http://localhost:8233').replace(/\/+$/, '');
}

/** Where the Web UI shows a namespace. */
export function namespacePage(webUi: string, namespace: string): string {
  return `${webUi}/namespaces/${encodeURIComponent(namespace)}`;
}

/** A run's own page in the Web UI. */
export function runPage(webUi: string, namespace: string) {
  return (workflowId: string, runId: string): string =>
    `${namespacePage(webUi, namespace)}/workflows/${encodeURIComponent(workflowId)}/${runId}`;
}

function loadStandard(env: Environment): ClientConnectConfig {
  const set = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  );
  try {
    return loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(set) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ConfigError('TEMPORAL_* variables', [
      { path: '', message, example: 'export TEMPORAL_ADDRESS=localhost:7233', line: null },
    ]);
  }
}
