import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { choosePort } from '../../sandbox/free-port.ts';
import { findTemporalCli } from '../../sandbox/setup/temporal-cli.ts';
import { startTemporal } from '../../sandbox/temporal-server.ts';

/** A real Temporal dev server for the tests of one file, with everything it needs to be left. */
export interface TestTemporal {
  readonly client: Client;
  readonly native: NativeConnection;
  readonly address: string;
  readonly cliPath: string;
  /** Where the server keeps its database and its log. */
  readonly folder: string;
  /** Ends the connections and the server, and removes its database. */
  stop(): Promise<void>;
}

export async function startTestTemporal(): Promise<TestTemporal> {
  // Failing items are what many tests are about: only what the SDK itself finds wrong is shown.
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const folder = mkdtempSync(join(tmpdir(), 'o2-temporal-'));
  const environment = process.env;
  const cli = await findTemporalCli(environment);
  const server = await startTemporal({
    cli,
    folder,
    port: await anyPort('Temporal'),
    uiPort: await anyPort('Web UI'),
    logFile: join(folder, 'server.log'),
    environment,
  });
  const connection = await Connection.connect({ address: server.address });
  const native = await NativeConnection.connect({ address: server.address });
  return {
    client: new Client({ connection }),
    native,
    address: server.address,
    cliPath: cli.path,
    folder,
    async stop() {
      await native.close();
      await connection.close();
      await server.part.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function anyPort(name: string): Promise<number> {
  return choosePort({ name, given: null, previous: null });
}
