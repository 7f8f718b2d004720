import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { PackageIndex } from '../../../src/domain/index-entry.ts';
import { RunError } from '../../../src/domain/run-error.ts';
import type { Packages } from '../../../src/staging/packages.ts';
import { anEntry, keyOf } from '../../support/builders.ts';
import { pathsIn, stagingRoom, type StagingRoom } from '../../support/staging-room.ts';

const DAY = '2026-11-23';
const NAME = '202611230000-TeleMessage_1_20261124010000';
const NOW = '2026-11-24T02:00:00Z';
const FACTS = {
  itemSha256: 'bb',
  converter: '1',
  home: DAY,
  package: 'packages/2026/11/23/p/1.zip',
};

let room: StagingRoom;
before(async () => {
  room = await stagingRoom();
});
after(() => room.stop());

describe('packages', () => {
  it('are numbered by their deliveries, each as received, with its facts', async () => {
    const { staging, content } = await room.open();
    const { packages } = staging;
    const first = randomBytes(5_000);
    const second = randomBytes(6_000);
    const file = (modifiedAt: string) => ({ day: DAY, package: NAME, modifiedAt });

    const one = await receive(packages, file('2026-11-24T01:00:00Z'), first);
    const two = await receive(packages, file('2026-11-24T01:30:00Z'), second);
    const three = await receive(packages, file('2026-11-24T01:45:00Z'), first);

    assert.deepEqual([one.isNew, two.isNew, three.isNew], [true, true, false]);
    const paths = [1, 2, 3].map((n) => `packages/2026/11/23/${NAME}/${String(n)}.zip`);
    assert.deepEqual(await pathsIn(content), paths);
    assert.deepEqual((await packages.list(DAY))[0], {
      day: DAY,
      package: NAME,
      delivery: 1,
      path: paths[0],
      sizeBytes: 5_000,
      sha256: sha256(first),
      modifiedAt: '2026-11-24T01:00:00Z',
      receivedAt: NOW,
    });
    const { metadata } = await content.getBlobClient(paths[1] ?? '').getProperties();
    const { personkey, ...facts } = metadata ?? {};
    assert.match(personkey ?? '', /^[0-9a-f]{64}$/);
    assert.deepEqual(facts, {
      sha256: sha256(second),
      sizebytes: '6000',
      modifiedat: '2026-11-24T01:30:00Z',
      receivedat: NOW,
    });
  });

  it('get the number after the highest, beyond nine too', async () => {
    const { staging } = await room.open();
    const { packages } = staging;
    const file = { day: DAY, package: NAME, modifiedAt: NOW };

    for (let delivery = 1; delivery <= 11; delivery += 1) {
      const { staged } = await receive(packages, file, randomBytes(10));
      assert.equal(staged.delivery, delivery);
    }
  });

  it('give one number to one of two that are received at once; the other is told to look again', async () => {
    const { staging, content } = await room.open();
    const file = { day: DAY, package: NAME, modifiedAt: NOW };

    const ends = await Promise.allSettled(
      Array.from({ length: 6 }, () => receive(staging.packages, file, randomBytes(5_000_000))),
    );

    const numbers = ends.flatMap((end) =>
      end.status === 'fulfilled' ? [end.value.staged.delivery] : [],
    );
    assert.deepEqual(numbers.sort(), [...new Set(numbers)], 'one number was given twice');
    for (const end of ends) {
      if (end.status === 'fulfilled') continue;
      assert.ok(end.reason instanceof RunError);
      assert.deepEqual([end.reason.code, end.reason.isRetryable], ['package-changed', true]);
    }
    for (const { path, sha256: said } of await staging.packages.list(DAY)) {
      const bytes = await content.getBlobClient(path).downloadToBuffer();
      assert.equal(sha256(bytes), said);
    }
  });

  it('are stored once by two runs that both found them new', async () => {
    const { staging } = await room.open();
    const { packages } = staging;
    const file = { day: DAY, package: NAME, modifiedAt: NOW };
    const seen = await packages.list(DAY);
    await packages.receive(file, stream(ONE), NOW, seen);

    await assert.rejects(packages.receive(file, stream(ONE), NOW, seen), {
      code: 'package-changed',
      isRetryable: true,
    });

    assert.equal((await packages.list(DAY)).length, 1);
  });

  it('of another day or another name do not count', async () => {
    const { staging } = await room.open();
    const { packages } = staging;
    const other = NAME.replace('_1_', '_11_');
    await receive(packages, { day: DAY, package: other, modifiedAt: NOW }, ONE);
    await receive(packages, { day: '2026-11-24', package: NAME, modifiedAt: NOW }, ONE);

    const { staged, isNew } = await receive(
      packages,
      { day: DAY, package: NAME, modifiedAt: NOW },
      ONE,
    );

    assert.deepEqual([staged.delivery, isNew], [1, true]);
    assert.equal((await packages.list(DAY)).length, 2);
  });

  it('leave nothing of a transfer that broke, and its number is free', async () => {
    const { staging, content } = await room.open();
    const file = { day: DAY, package: NAME, modifiedAt: NOW };
    const broken = (async function* () {
      yield randomBytes(5_000_000);
      throw new RunError('site-unreachable', 'The connection broke.');
    })();

    await assert.rejects(staging.packages.receive(file, broken, NOW, []), {
      code: 'site-unreachable',
    });

    assert.deepEqual(await pathsIn(content), []);
    const { staged } = await receive(staging.packages, file, ONE);
    assert.equal(staged.delivery, 1);
  });

  it('are read in ranges, an empty one too', async () => {
    const { staging } = await room.open();
    const bytes = randomBytes(100_000);
    const file = { day: DAY, package: NAME, modifiedAt: NOW };
    const { staged } = await receive(staging.packages, file, bytes);

    const opened = await staging.packages.open(staged.path);

    assert.deepEqual([opened.sizeBytes, opened.sha256], [100_000, sha256(bytes)]);
    for (const [start, end] of [
      [0, 1],
      [500, 99_000],
      [99_999, 100_000],
    ] as const) {
      const read = Buffer.concat(await opened.range(start, end).toArray());
      assert.ok(read.equals(bytes.subarray(start, end)));
    }
    // Every item of a package is read so, and the first ones in another way than the rest.
    for (let at = 0; at < 40; at += 1) {
      const range = await staging.packages.readRange(staged.path, at * 10, at);
      assert.ok(Buffer.concat(await range.toArray()).equals(bytes.subarray(at * 10, at * 11)));
    }
  });

  it('have one index each, which the first writer makes', async () => {
    const { staging } = await room.open();
    const { packages } = staging;
    const path = await packages.writeIndex(anIndex(['first']));

    assert.equal(await packages.writeIndex(anIndex(['second', 'words'])), path);

    assert.equal(path, `packages/2026/11/23/${NAME}/1.index.json`);
    assert.deepEqual((await packages.readIndex(path)).notes, ['first']);
    assert.deepEqual(await packages.listIndexes(DAY), [
      { day: DAY, package: NAME, delivery: 1, path, items: 0, earliest: null, latest: null },
    ]);
    assert.deepEqual(packages.refOf(path), { day: DAY, package: NAME, delivery: 1 });
  });

  it('are listed over all days, each with the times between which its items were sent', async () => {
    const { staging } = await room.open();
    const { packages } = staging;
    const entry = (at: string) => anEntry(keyOf(1), { at });
    const items = [entry('2026-11-23T09:00:00Z'), entry('2026-11-20T23:59:59Z')];
    await packages.writeIndex({ ...anIndex([]), items });
    await packages.writeIndex({ ...anIndex([]), day: '2027-01-01', items: items.slice(0, 1) });

    const listed = await packages.listAllIndexes();

    assert.deepEqual(
      listed.map(({ day, earliest, latest }) => [day, earliest, latest]),
      [
        [DAY, '2026-11-20T23:59:59Z', '2026-11-23T09:00:00Z'],
        ['2027-01-01', '2026-11-23T09:00:00Z', '2026-11-23T09:00:00Z'],
      ],
    );
  });

  it('that are missing are corrupt staging, and no endless wait', async () => {
    const { staging } = await room.open();
    const path = staging.packages.pathOf({ day: DAY, package: NAME, delivery: 1 });

    await assert.rejects(staging.packages.open(path), { code: 'staging-corrupt' });
    await assert.rejects(staging.packages.readIndex(path.replace('.zip', '.index.json')), {
      code: 'staging-corrupt',
    });
  });
});

describe('messages', () => {
  it('belong to who made them first: the home stands whoever comes later', async () => {
    const { staging } = await room.open();
    const { messages } = staging;
    const eml = randomBytes(2_000);

    const first = await messages.write(keyOf(1), stream(eml), FACTS);
    const later = await messages.write(keyOf(1), stream(eml), { ...FACTS, home: '2026-11-25' });

    assert.deepEqual([first.isNew, first.home, first.sha256], [true, DAY, sha256(eml)]);
    assert.deepEqual(later, { ...first, isNew: false });
    assert.deepEqual(await messages.find(keyOf(1)), later);
    assert.equal(await messages.find(keyOf(2)), null);
  });

  it('have one first maker among 64', async () => {
    const { staging } = await room.open();
    const eml = randomBytes(2_000);

    const made = await Promise.all(
      Array.from({ length: 64 }, () => staging.messages.write(keyOf(1), stream(eml), FACTS)),
    );

    assert.equal(made.filter(({ isNew }) => isNew).length, 1);
    assert.equal(new Set(made.map(({ sha256: digest }) => digest)).size, 1);
  });

  it('of another converter version stand and are used', async () => {
    const { staging } = await room.open();
    const { messages } = staging;
    const old = randomBytes(2_000);
    await messages.write(keyOf(1), stream(old), FACTS);

    const stored = await messages.write(keyOf(1), stream(randomBytes(2_000)), {
      ...FACTS,
      converter: '2',
    });

    assert.deepEqual(
      [stored.isNew, stored.converter, stored.sha256],
      [false, FACTS.converter, sha256(old)],
    );
    assert.ok((await messages.read(keyOf(1)))?.equals(old));
  });

  it('that the same converter makes otherwise are an alarm, and the first ones stand', async () => {
    const { staging } = await room.open();
    const { messages } = staging;
    const first = randomBytes(2_000);
    await messages.write(keyOf(1), stream(first), FACTS);

    await assert.rejects(messages.write(keyOf(1), stream(randomBytes(2_000)), FACTS), (error) => {
      assert.ok(error instanceof RunError);
      assert.deepEqual([error.code, error.isRetryable], ['staging-corrupt', false]);
      assert.match(error.message, new RegExp(`messages/00/${keyOf(1)}\\.eml`));
      return true;
    });

    assert.ok((await messages.read(keyOf(1)))?.equals(first));
  });

  it('carry their facts as metadata', async () => {
    const { staging, content } = await room.open();
    const eml = randomBytes(2_000);

    const { path } = await staging.messages.write(keyOf(1), stream(eml), FACTS);

    assert.equal(path, `messages/00/${keyOf(1)}.eml`);
    const { metadata, contentType } = await content.getBlobClient(path).getProperties();
    assert.equal(contentType, 'message/rfc822');
    assert.deepEqual(metadata, {
      sha256: sha256(eml),
      itemsha256: 'bb',
      converter: '1',
      home: DAY,
      package: FACTS.package,
    });
  });
});

const ONE = Buffer.from('1');

/** As a run does that looked at the day just before. */
async function receive(
  packages: Packages,
  file: { day: string; package: string; modifiedAt: string },
  bytes: Buffer,
) {
  return packages.receive(file, stream(bytes), NOW, await packages.list(file.day));
}

async function* stream(bytes: Buffer): AsyncIterable<Buffer> {
  yield bytes;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function anIndex(notes: string[]): PackageIndex {
  return {
    version: 1,
    connector: 'o2',
    day: DAY,
    package: NAME,
    delivery: 1,
    packageSha256: 'aa',
    outcome: 'taken',
    reason: null,
    notes,
    items: [],
  };
}
