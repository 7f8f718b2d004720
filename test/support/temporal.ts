import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { IllegalStateError } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { choosePort } from '../../sandbox/free-port.ts';
import { findTemporalCli } from '../../sandbox/setup/temporal-cli.ts';
import { startTemporal } from '../../sandbox/temporal-server.ts';
import { SEARCH_ATTRIBUTES } from '../../src/domain/ids.ts';
import { endAll } from './ending.ts';

/** `IndexedValueType` of temporal/api/enums/v1/common.proto. */
const VALUE_TYPES = { Keyword: 2, Int: 3 } as const;
const RETENTION = '30 days';
const CONNECTION_ENDS_MS = 5_000;
/** It ends without being asked after 25 s (sandbox/part.ts). */
const SERVER_ENDS_MS = 30_000;

/** A real Temporal dev server for the tests of one file, with everything it needs to be left. */
export interface TestTemporal {
  readonly connection: Connection;
  readonly client: Client;
  readonly native: NativeConnection;
  readonly address: string;
  readonly cliPath: string;
  /** Where the server keeps its database and its log. */
  readonly folder: string;
  /**
   * SIGKILL of the server, and a start on its database at the same address; `meanwhile` may do to the
   * database what it likes.
   */
  crash(meanwhile?: () => void | Promise<void>): Promise<void>;
  /** Ends the connections and the server, and removes its database. */
  stop(): Promise<void>;
}

export async function startTestTemporal(): Promise<TestTemporal> {
  quieten();
  const folder = mkdtempSync(join(tmpdir(), 'o2-temporal-'));
  const environment = process.env;
  const cli = await findTemporalCli(environment);
  const port = await anyPort('Temporal');
  const uiPort = await anyPort('Web UI');
  const logFile = join(folder, 'server.log');
  const start = () => startTemporal({ cli, folder, port, uiPort, logFile, environment });
  let server = await start();
  const connection = await Connection.connect({ address: server.address });
  const native = await NativeConnection.connect({ address: server.address });
  return {
    connection,
    client: new Client({ connection }),
    native,
    address: server.address,
    cliPath: cli.path,
    folder,
    async crash(meanwhile) {
      process.kill(server.part.pid(), 'SIGKILL');
      await server.part.ended;
      await meanwhile?.();
      server = await start();
    },
    async stop() {
      await endAll([
        { what: 'native connection', withinMs: CONNECTION_ENDS_MS, end: () => native.close() },
        { what: 'connection', withinMs: CONNECTION_ENDS_MS, end: () => connection.close() },
        { what: 'server', withinMs: SERVER_ENDS_MS, end: () => server.part.stop() },
      ]).finally(() => rmSync(folder, { recursive: true, force: true }));
    },
  };
}

/** Failing items are what many tests are about: only what the SDK itself finds wrong is shown. */
function quieten(): void {
  try {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
  } catch (error) {
    // A second server of this process: the first one's runtime serves both.
    if (!(error instanceof IllegalStateError)) throw error;
  }
}

/**
 * The same server, in a namespace of its own with the connector's search attributes: workflow ids and
 * workers of others are not seen there. It stays as long as the server; `stop` does nothing.
 */
export async function openNamespace(
  server: TestTemporal,
  namespace: string,
): Promise<TestTemporal> {
  const { connection } = server;
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs(RETENTION),
  });
  const types = Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => [name, VALUE_TYPES[type]]);
  const searchAttributes = Object.fromEntries(types) as Record<string, number>;
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  const client = new Client({ connection, namespace });
  return { ...server, client, stop: () => Promise.resolve() };
}

function anyPort(name: string): Promise<number> {
  return choosePort({ name, given: null, previous: null });
}
