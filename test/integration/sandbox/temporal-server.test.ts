import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { choosePort } from '../../../sandbox/free-port.ts';
import { findTemporalCli } from '../../../sandbox/setup/temporal-cli.ts';
import { startTemporal } from '../../../sandbox/temporal-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'o2-temporal-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const anyPort = (): Promise<number> => choosePort({ name: 'any', given: null, previous: null });

async function start() {
  return startTemporal({
    cli: await findTemporalCli(process.env),
    folder: join(folder, 'state'),
    port: await anyPort(),
    uiPort: await anyPort(),
    logFile: join(folder, 'log'),
    environment: process.env,
  });
}

test('the embedded Temporal has our search attributes, 30 days of retention and keeps its state', async () => {
  const first = await start();
  try {
    const connection = await Connection.connect({ address: first.address });
    const { config } = await connection.workflowService.describeNamespace({ namespace: 'default' });
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace: 'default',
    });
    await new Client({ connection }).workflow.start('neverRun', {
      taskQueue: 'nobody',
      workflowId: 'kept',
    });
    await connection.close();

    assert.equal(Number(config?.workflowExecutionRetentionTtl?.seconds), 30 * 24 * 3600);
    assert.ok('O2ArchiveDay' in customAttributes);
    assert.equal((await fetch(first.uiUrl)).status, 200);
  } finally {
    await first.part.stop();
  }

  const second = await start();
  try {
    const connection = await Connection.connect({ address: second.address });
    const description = await new Client({ connection }).workflow.getHandle('kept').describe();
    await connection.close();

    assert.equal(description.status.name, 'RUNNING');
  } finally {
    await second.part.stop();
  }
});
