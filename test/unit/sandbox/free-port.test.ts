import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import test from 'node:test';
import { choosePort } from '../../../sandbox/free-port.ts';

async function withTakenPort(work: (port: number) => Promise<void>): Promise<void> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  await work((server.address() as AddressInfo).port);
  server.close();
}

test('a port that was asked for and is in use is named, with whose it is', async () => {
  await withTakenPort(async (port) => {
    await assert.rejects(
      choosePort({ name: 'Temporal (--temporal-port)', given: port, previous: null }),
      new RegExp(`Port ${port} for Temporal \\(--temporal-port\\) is in use`),
    );
  });
});

test('the port of the last start is taken again when it is free, else another one', async () => {
  const free = await choosePort({ name: 'any', given: null, previous: null });

  assert.equal(await choosePort({ name: 'any', given: null, previous: free }), free);
  await withTakenPort(async (port) => {
    assert.notEqual(await choosePort({ name: 'any', given: null, previous: port }), port);
  });
});
