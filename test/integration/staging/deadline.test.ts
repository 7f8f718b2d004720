import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { RunError } from '../../../src/domain/run-error.ts';
import { container, type Container } from '../../../src/staging/container.ts';
import { blobService } from '../../../src/staging/staging.ts';

const KIND = 'application/octet-stream';
const DEADLINE_MS = 300;
const PIECES = 5;

let server: Server;
let store: Container;
before(async () => {
  server = createServer((request, response) => {
    request.resume();
    if (request.url?.includes('/stalled') === true) void sendPieces(response, 1);
    if (request.url?.includes('/slow') === true) void sendPieces(response, PIECES);
    if (request.url?.includes('/dripping') === true) void sendPieces(response, 1_000);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const key = Buffer.from('not verified').toString('base64');
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=o2;AccountKey=${key};BlobEndpoint=http://127.0.0.1:${String(port)}/o2;`;
  store = container(blobService({ connectionString }).getContainerClient('content'), DEADLINE_MS);
});
after(() => {
  server.closeAllConnections();
  server.close();
});

describe('storage that takes a request and never answers', () => {
  const requests: readonly [string, () => Promise<unknown>][] = [
    ['a small write', () => store.putOnce('a', Buffer.from('x'), KIND)],
    ['a stream in blocks', () => store.streamOnce('a', blocks(), KIND, () => ({}))],
    ['an overwrite', () => store.replace('a', Buffer.from('x'), KIND)],
    ['a removal', () => store.remove('a')],
    ['a description', () => store.describe('a')],
    ['a read', () => store.read('a')],
    ['a range', () => store.readRange('a', 0, 1)],
    ['a listing', () => Array.fromAsync(store.list(''))],
    ['a look for the container', () => store.exists()],
    ['a creation', () => store.create()],
  ];
  for (const [what, ask] of requests) {
    it(`is given up after the deadline and tried again by Temporal: ${what}`, async () => {
      await assert.rejects(ask(), isUnavailable);
    });
  }
});

describe('a download', () => {
  it('that stands still is given up and tried again by Temporal', async () => {
    await assert.rejects(store.read('stalled'), isUnavailable);
    const range = await store.readRange('stalled', 0, PIECES);
    await assert.rejects(buffer(range), isUnavailable);
  });

  it('that drips without end is given up too', async () => {
    await assert.rejects(store.read('dripping'), isUnavailable);
  });

  it('may take longer than the deadline as long as bytes come', async () => {
    assert.equal((await store.read('slow'))?.length, PIECES);
  });

  it('waits for a reader that takes its time', async () => {
    const range = await store.readRange('slow', 0, PIECES);
    let sizeBytes = 0;
    for await (const chunk of range) {
      sizeBytes += (chunk as Buffer).length;
      if (sizeBytes === 1) await pause(2 * DEADLINE_MS);
    }
    assert.equal(sizeBytes, PIECES);
  });

  it('ends at once when its reader has enough', async () => {
    const range = await store.readRange('stalled', 0, PIECES);
    await once(range, 'data');
    range.destroy();

    await once(range, 'close');
  });
});

/** As many of the bytes as said, with pauses that are longer than the deadline together. */
async function sendPieces(response: ServerResponse, sent: number): Promise<void> {
  response.writeHead(206, { 'content-length': Math.max(PIECES, sent), etag: '"1"' });
  for (let piece = 0; piece < sent && !response.destroyed; piece += 1) {
    response.write('x');
    await pause(DEADLINE_MS / 3);
  }
  if (sent === PIECES) response.end();
}

async function* blocks(): AsyncIterable<Buffer> {
  yield Buffer.alloc(5 * 1024 * 1024);
}

function isUnavailable(error: unknown): boolean {
  assert.ok(error instanceof RunError, String(error));
  assert.deepEqual([error.code, error.isRetryable], ['staging-unavailable', true]);
  return true;
}
