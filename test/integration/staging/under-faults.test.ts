import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { RunError } from '../../../src/domain/run-error.ts';
import { blobService, staging, type Staging } from '../../../src/staging/staging.ts';
import { aReceipt, keyOf } from '../../support/builders.ts';
import { stagingRoom, type StagingRoom } from '../../support/staging-room.ts';
import type { StorageFault } from '../../support/storage-faults.ts';
import { startStorageProxy, type StorageProxy } from '../../support/storage-proxy.ts';

const MIB = 1024 * 1024;
const KIND = 'application/octet-stream';
const DAY = '2026-11-23';

let room: StagingRoom;
let proxy: StorageProxy;
before(async () => {
  room = await stagingRoom();
  proxy = await startStorageProxy(room.azurite.connectionString);
});
after(async () => {
  await proxy.close();
  await room.stop();
});

async function open(): Promise<{ store: Staging; name: string }> {
  const { name } = await room.open();
  const account = { connectionString: proxy.connectionString };
  return { store: staging({ account, container: name }), name };
}

async function* chunked(bytes: Buffer): AsyncIterable<Buffer> {
  for (let at = 0; at < bytes.length; at += MIB) yield bytes.subarray(at, at + MIB);
}

const LOST_ANSWERS: readonly { what: string; fault: StorageFault }[] = [
  { what: 'whose answer is lost', fault: { applied: 'before', outcome: 'reset' } },
  { what: 'that is answered 503 and done', fault: { applied: 'before' } },
  { what: 'that is answered 503 and not done', fault: {} },
  { what: 'whose connection is reset before it', fault: { outcome: 'reset' } },
];

describe('a write', () => {
  for (const { what, fault } of LOST_ANSWERS) {
    it(`${what} leaves the whole blob once: small, in blocks, a receipt, a message`, async () => {
      const { store, name } = await open();
      const [content] = store.containers;
      const large = randomBytes(9 * MIB);
      const once = { ...fault, container: name };
      const facts = { itemSha256: 'bb', converter: '1', home: DAY, package: 'p' };

      proxy.order({ ...once, operation: 'blob.put' });
      await content.putOnce('small', Buffer.from('bytes'), KIND);
      proxy.order({ ...once, operation: 'block.put' });
      proxy.order({ ...once, operation: 'blocks.commit' });
      await content.streamOnce('large', chunked(large), KIND, () => ({}));
      proxy.order({ ...once, container: `${name}-books`, operation: 'blob.put' });
      const receipt = await store.receipts.write(DAY, aReceipt());
      proxy.order({ ...once, operation: 'blob.put' });
      const eml = Buffer.from('Subject: a\r\n\r\nb');
      const message = await store.messages.write(keyOf(2), chunked(eml), facts);

      assert.equal((await content.read('small'))?.toString(), 'bytes');
      assert.ok((await content.read('large'))?.equals(large));
      assert.match(receipt, /\/1\.json$/);
      assert.equal((await store.receipts.latest(DAY)).size, 1);
      assert.ok((await store.messages.read(keyOf(2)))?.equals(eml));
      assert.equal(message.itemSha256, 'bb');
    });
  }

  it('in blocks that breaks off shows no blob, and comes whole at the next try', async () => {
    const { store, name } = await open();
    const [content] = store.containers;
    const large = randomBytes(9 * MIB);
    const broken = proxy.order({
      container: name,
      operation: 'block.put',
      outcome: 'reset',
      times: 0,
    });

    const failing = content.streamOnce('large', chunked(large), KIND, () => ({}));
    await assert.rejects(failing, { code: 'staging-unavailable', isRetryable: true });
    assert.equal(await content.describe('large'), null);
    broken.withdraw();

    const { isNew } = await content.streamOnce('large', chunked(large), KIND, () => ({}));
    assert.equal(isNew, true);
    assert.ok((await content.read('large'))?.equals(large));
  });
});

describe('a read', () => {
  it('that is cut in the middle fails as unavailable and never as the bytes there are', async () => {
    const { store, name } = await open();
    const [content] = store.containers;
    await content.putOnce('blob', randomBytes(MIB), KIND);
    proxy.order({ container: name, operation: 'blob.read', outcome: 'cut', times: 0 });

    await assert.rejects(content.read('blob'), { code: 'staging-unavailable', isRetryable: true });
  });

  it('that is refused tells the right that is missing, at once', async () => {
    const { store, name } = await open();
    const code = 'AuthorizationPermissionMismatch';
    const refused = proxy.order({ container: name, status: 403, code, times: 0 });

    const error = await store.containers[0].read('blob').catch((thrown: unknown) => thrown);

    assert.ok(error instanceof RunError);
    assert.equal(error.code, 'staging-refused');
    assert.match(error.message, /AuthorizationPermissionMismatch.*Storage Blob Data Contributor/);
    assert.equal(refused.count(), 1);
  });
});

describe('under a WORM policy', () => {
  it('the same writes again change nothing and fail nothing', async () => {
    const { store, name } = await open();
    const [content, books] = store.containers;
    for (const container of [name, `${name}-books`]) proxy.protect(container);
    const large = randomBytes(9 * MIB);
    const facts = { itemSha256: 'bb', converter: '1', home: DAY, package: 'p' };
    const write = async () => [
      await content.putOnce('small', Buffer.from('bytes'), KIND),
      (await content.streamOnce('large', chunked(large), KIND, () => ({}))).isNew,
      await books.putOnce('index', Buffer.from('{}'), KIND),
      (await store.messages.write(keyOf(1), chunked(large), facts)).isNew,
    ];

    assert.deepEqual(await write(), [true, true, true, true]);
    const first = await content.streamOnce('large', chunked(large), KIND, () => ({}));
    assert.deepEqual(await write(), [false, false, false, false]);

    assert.ok((await content.read('large'))?.equals(large));
    assert.equal(first.sha256, (await store.messages.find(keyOf(1)))?.sha256);
    const tried = new Set(proxy.refused().map(({ operation }) => operation));
    assert.deepEqual([...tried].sort(), ['blob.put', 'block.put']);
  });

  it('a message of other bytes by the same converter is an alarm and no overwrite', async () => {
    const { store, name } = await open();
    proxy.protect(name);
    const facts = { itemSha256: 'bb', converter: '1', home: DAY, package: 'p' };
    await store.messages.write(keyOf(1), chunked(Buffer.from('one')), facts);

    await assert.rejects(store.messages.write(keyOf(1), chunked(Buffer.from('two')), facts), {
      code: 'staging-corrupt',
    });
    assert.equal((await store.messages.read(keyOf(1)))?.toString(), 'one');
  });

  it('a deletion, an overwrite and other metadata are refused as Azure does', async () => {
    const { store, name } = await open();
    proxy.protect(name);
    await store.containers[0].putOnce('blob', Buffer.from('bytes'), KIND);
    const account = { connectionString: proxy.connectionString };
    const blob = blobService(account).getContainerClient(name).getBlockBlobClient('blob');

    for (const change of [
      () => blob.delete(),
      () => blob.upload('other', 5),
      () => blob.setMetadata({ a: 'b' }),
      () => blob.createSnapshot(),
    ]) {
      await assert.rejects(change, { statusCode: 409, code: 'BlobImmutableDueToPolicy' });
    }
    assert.equal((await store.containers[0].read('blob'))?.toString(), 'bytes');
  });
});
