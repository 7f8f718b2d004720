import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { choosePort } from '../../../sandbox/free-port.ts';
import { RunError } from '../../../src/domain/run-error.ts';
import type { Container } from '../../../src/staging/container.ts';
import { staging, type Staging } from '../../../src/staging/staging.ts';
import { aReceipt, keyOf } from '../../support/builders.ts';
import { stagingRoom, type StagingRoom } from '../../support/staging-room.ts';

const MIB = 1024 * 1024;
const KIND = 'application/octet-stream';

let room: StagingRoom;
before(async () => {
  room = await stagingRoom();
});
after(() => room.stop());

/** Everything that is asked of a container, each as a request of its own. */
const REQUESTS: readonly { what: string; ask: (container: Container) => Promise<unknown> }[] = [
  { what: 'a small write', ask: (c) => c.putOnce('a', Buffer.from('x'), KIND) },
  { what: 'a stream', ask: (c) => c.streamOnce('a', parts(10), KIND, () => ({})) },
  { what: 'a stream in blocks', ask: (c) => c.streamOnce('a', parts(5 * MIB), KIND, () => ({})) },
  { what: 'an overwrite', ask: (c) => c.replace('a', Buffer.from('x'), KIND) },
  { what: 'a removal', ask: (c) => c.remove('a') },
  { what: 'a description', ask: (c) => c.describe('a') },
  { what: 'a read', ask: (c) => c.read('a') },
  { what: 'a range', ask: (c) => c.readRange('a', 0, 1) },
  { what: 'a listing', ask: (c) => listed(c) },
];

describe('a container that is not there', () => {
  for (const { what, ask } of REQUESTS) {
    it(`is told as such, with who creates it: ${what}`, async () => {
      const { staging: store, content, name } = await room.open();
      await content.delete();

      const error = await errorOf(ask(store.containers[0]));

      assert.equal(error.code, 'staging-container-missing', error.message);
      assert.match(
        error.message,
        new RegExp(`"${name}" does not exist.*o2-archiver schedule apply`),
      );
      assert.equal(error.isRetryable, false);
    });
  }

  it('does not exist, until it is created; a second creation changes nothing', async () => {
    const store = stagingAt(room.azurite.connectionString, 'not-made');

    const [content] = store.containers;

    assert.equal(await content.exists(), false);
    assert.equal(await content.create(), true);
    assert.equal(await content.exists(), true);
    assert.equal(await content.create(), false);
  });
});

describe('a blob that cannot be read', () => {
  it('because it is missing is corrupt staging: it is to be restored', async () => {
    const { staging: store, name } = await room.open();

    const error = await errorOf(store.containers[0].readRange('packages/a.zip', 0, 1));

    assert.deepEqual([error.code, error.isRetryable], ['staging-corrupt', false]);
    assert.match(error.message, new RegExp(`packages/a\\.zip is missing in "${name}".*Restore it`));
  });

  it('because it is archived is corrupt staging: it is to be rehydrated', async () => {
    const { staging: store, content } = await room.open();
    const [container] = store.containers;
    await container.putOnce('packages/a.zip', Buffer.from('bytes'), KIND);
    await content.getBlobClient('packages/a.zip').setAccessTier('Archive');

    for (const ask of [
      container.readRange('packages/a.zip', 0, 1),
      container.read('packages/a.zip'),
    ]) {
      const error = await errorOf(ask);

      assert.deepEqual([error.code, error.isRetryable], ['staging-corrupt', false]);
      assert.match(error.message, /packages\/a\.zip .*archive tier.*Rehydrate it/);
    }
  });
});

describe('an account that refuses the key', () => {
  for (const { what, ask } of REQUESTS) {
    it(`is told as such, with the right that is missing: ${what}`, async () => {
      const wrong = `AccountKey=${randomBytes(64).toString('base64')};`;
      const store = stagingAt(room.azurite.connectionString.replace(/AccountKey=[^;]+;/, wrong));

      const error = await errorOf(ask(store.containers[0]));

      assert.equal(error.code, 'staging-refused', error.message);
      assert.match(error.message, /Storage Blob Data Contributor/);
      assert.equal(error.isRetryable, false);
    });
  }
});

describe('an account that does not answer', () => {
  it('is tried again by Temporal, whatever was asked', async () => {
    const port = await choosePort({ name: 'nobody', given: null, previous: null });
    const { connectionString } = room.azurite;
    const store = stagingAt(connectionString.replace(/:\d+\/o2sandbox/, `:${port}/o2sandbox`));
    const asked = [
      ...REQUESTS.map(({ ask }) => ask(store.containers[0])),
      store.receipts.latest('2026-11-23'),
      store.receipts.write('2026-11-23', aReceipt()),
      store.messages.find(keyOf(1)),
      store.packages.list('2026-11-23'),
      store.reports.latest('2026-11-23'),
      store.state.personKey(),
    ];

    const errors = await Promise.all(asked.map(errorOf));

    for (const error of errors) {
      assert.equal(error.code, 'staging-unavailable', error.message);
      assert.equal(error.isRetryable, true);
    }
  });
});

function stagingAt(connectionString: string, container = 'any'): Staging {
  return staging({ account: { connectionString }, container });
}

async function errorOf(asked: Promise<unknown>): Promise<RunError> {
  const error = await asked.then(
    (answer) => new assert.AssertionError({ message: `answered ${JSON.stringify(answer)}` }),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RunError)) throw error;
  return error;
}

async function listed(container: Container): Promise<string[]> {
  const paths: string[] = [];
  for await (const { path } of container.list('')) paths.push(path);
  return paths;
}

async function* parts(sizeBytes: number): AsyncIterable<Buffer> {
  yield randomBytes(sizeBytes);
}
