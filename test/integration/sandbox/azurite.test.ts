import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { BlobServiceClient } from '@azure/storage-blob';
import { startAzurite } from '../../../sandbox/azurite.ts';
import type { Azurite } from '../../../sandbox/azurite.ts';
import { choosePort } from '../../../sandbox/free-port.ts';

const folder = mkdtempSync(join(tmpdir(), 'o2-azurite-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function start(name: string): Promise<Azurite> {
  return startAzurite({
    folder: join(folder, name),
    port: await choosePort({ name: 'Azurite', given: null, previous: null }),
    logFile: join(folder, `${name}.log`),
    environment: process.env,
  });
}

function aBlob({ connectionString }: Azurite) {
  return BlobServiceClient.fromConnectionString(connectionString)
    .getContainerClient('content')
    .getBlockBlobClient('a/b');
}

test('what was written is there after an end in order and a new start', async () => {
  const first = await start('kept');
  try {
    const service = BlobServiceClient.fromConnectionString(first.connectionString);
    await service.createContainer('content');
    await aBlob(first).upload('bytes', 5, { conditions: { ifNoneMatch: '*' } });
    await assert.rejects(aBlob(first).upload('other', 5, { conditions: { ifNoneMatch: '*' } }), {
      statusCode: 409,
    });
  } finally {
    await first.part.stop();
  }

  const second = await start('kept');
  try {
    const read = await aBlob(second).downloadToBuffer();

    assert.equal(read.toString(), 'bytes');
    assert.equal(second.wasKilled, false);
  } finally {
    await second.part.stop();
  }
});

test('an Azurite that was killed is noticed at the next start', async () => {
  const first = await start('killed');
  process.kill(first.part.pid(), 'SIGKILL');
  await first.part.ended;

  const second = await start('killed');
  await second.part.stop();

  assert.equal(second.wasKilled, true);
  assert.equal(existsSync(join(folder, 'killed/running')), false);
});
