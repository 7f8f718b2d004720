import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { buffer } from 'node:stream/consumers';
import { BlobServiceClient, type ContainerClient, RestError } from '@azure/storage-blob';
import { startBlobStub, type BlobStub } from '../../../bench/blob-stub/server.ts';
import { container as staged } from '../../../src/staging/container.ts';

const KEY = Buffer.from('any key: signatures are not verified').toString('base64');

describe('the in-memory blob service of the bench', () => {
  let stub: BlobStub;
  let client: ContainerClient;

  before(async () => {
    stub = await startBlobStub(0);
    const endpoint = `http://127.0.0.1:${stub.port}/bench`;
    client = BlobServiceClient.fromConnectionString(
      `DefaultEndpointsProtocol=http;AccountName=bench;AccountKey=${KEY};BlobEndpoint=${endpoint};`,
      { retryOptions: { maxTries: 1 } },
    ).getContainerClient('content');
    await client.create();
  });
  after(() => stub.close());

  const put = (name: string, text: string, metadata: Record<string, string> = {}) =>
    client.getBlockBlobClient(name).upload(text, Buffer.byteLength(text), {
      conditions: { ifNoneMatch: '*' },
      metadata,
      blobHTTPHeaders: { blobContentType: 'text/plain' },
    });

  it('knows which containers exist and makes one only once', async () => {
    const other = BlobServiceClient.fromConnectionString(
      `DefaultEndpointsProtocol=http;AccountName=bench;AccountKey=${KEY};BlobEndpoint=http://127.0.0.1:${stub.port}/bench;`,
    ).getContainerClient('later');

    assert.equal(await other.exists(), false);
    assert.equal((await other.createIfNotExists()).succeeded, true);
    assert.equal((await other.createIfNotExists()).succeeded, false);
    assert.equal(await other.exists(), true);
  });

  it('gives back bytes, type and metadata', async () => {
    await put('whole/a & b.txt', 'grün', { outcome: 'imported' });

    const blob = client.getBlockBlobClient('whole/a & b.txt');
    const found = await blob.getProperties();

    assert.equal((await blob.downloadToBuffer()).toString('utf8'), 'grün');
    assert.equal(found.contentLength, 5);
    assert.equal(found.contentType, 'text/plain');
    assert.deepEqual(found.metadata, { outcome: 'imported' });
  });

  it('refuses a second conditional create and keeps the first bytes', async () => {
    await put('once', 'first');

    await assert.rejects(put('once', 'second'), hasCode('BlobAlreadyExists', 409));
    assert.equal((await client.getBlockBlobClient('once').downloadToBuffer()).toString(), 'first');
  });

  it('overwrites without a condition', async () => {
    const blob = client.getBlockBlobClient('changing');
    await blob.upload('one', 3);
    await blob.upload('three', 5);

    assert.equal((await blob.downloadToBuffer()).toString(), 'three');
  });

  it('serves a range and refuses one beyond the end', async () => {
    await put('ranged', '0123456789');
    const blob = client.getBlockBlobClient('ranged');

    const { readableStreamBody } = await blob.download(3, 4);

    assert.equal((await buffer(readableStreamBody!)).toString(), '3456');
    await assert.rejects(blob.download(10, 1), hasCode('InvalidRange', 416));
  });

  it('puts blocks together in the order of the list', async () => {
    const blob = client.getBlockBlobClient('blocks');
    const [one, two] = ['000001', '000002'].map((id) => Buffer.from(id).toString('base64'));
    await blob.stageBlock(two!, 'world', 5);
    await blob.stageBlock(one!, 'hello ', 6);
    assert.equal(await blob.exists(), false);

    await blob.commitBlockList([one!, two!], {
      conditions: { ifNoneMatch: '*' },
      metadata: { sha256: 'abc' },
    });

    assert.equal((await blob.downloadToBuffer()).toString(), 'hello world');
    assert.equal((await blob.getProperties()).metadata?.['sha256'], 'abc');
    await blob.stageBlock(one!, 'other', 5);
    await assert.rejects(
      blob.commitBlockList([one!], { conditions: { ifNoneMatch: '*' } }),
      hasCode('BlobAlreadyExists', 409),
    );
  });

  it('says what is missing', async () => {
    const blob = client.getBlockBlobClient('missing');

    await assert.rejects(blob.download(), hasCode('BlobNotFound', 404));
    await assert.rejects(blob.delete(), hasCode('BlobNotFound', 404));
    assert.equal(await blob.exists(), false);
    assert.equal((await blob.deleteIfExists()).succeeded, false);
  });

  it('lists by prefix and name, with metadata, page by page, without what was deleted', async () => {
    for (const number of [3, 1, 2, 5, 4]) await put(`listed/${number}`, 'x', { n: String(number) });
    await put('listee', 'x');
    await client.getBlockBlobClient('listed/4').delete();

    const pages = client
      .listBlobsFlat({ prefix: 'listed/', includeMetadata: true })
      .byPage({ maxPageSize: 3 });
    const found: [string, string | undefined][][] = [];
    for await (const page of pages) {
      found.push(page.segment.blobItems.map((blob) => [blob.name, blob.metadata?.['n']]));
    }

    assert.deepEqual(found, [
      [
        ['listed/1', '1'],
        ['listed/2', '2'],
        ['listed/3', '3'],
      ],
      [['listed/5', '5']],
    ]);
  });

  it('serves what the product does with a container', async () => {
    const content = staged(client);
    const chunks = async function* () {
      for (let mebibyte = 0; mebibyte < 9; mebibyte += 1) yield Buffer.alloc(1_048_576, mebibyte);
    };

    const written = await content.streamOnce('streamed', chunks(), 'application/zip', (facts) => ({
      sha256: facts.sha256,
    }));
    const again = await content.streamOnce('streamed', chunks(), 'application/zip', () => ({}));

    assert.equal(written.isNew, true);
    assert.equal(again.isNew, false);
    assert.deepEqual((await content.describe('streamed'))?.metadata, { sha256: written.sha256 });
    assert.equal(await content.describe('nothing'), null);
    assert.equal(await content.read('nothing'), null);
    assert.equal(await content.putOnce('streamed', Buffer.from('x'), 'text/plain'), false);
  });
});

function hasCode(code: string, status: number) {
  return (error: unknown) =>
    error instanceof RestError && error.code === code && error.statusCode === status;
}
