import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { samplePackages } from '../../../sandbox/sample/packages.ts';
import { SAMPLE_DAY, writeSample } from '../../../sandbox/sample/write-sample.ts';
import { zipEntries, type ZipEntry } from './zip-entries.ts';

suite('the sample packages', () => {
  let root = '';
  let written: Awaited<ReturnType<typeof writeSample>>;
  const packages = new Map<string, ZipEntry[]>();

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'sample-'));
    written = await writeSample(join(root, 'site'), { day: SAMPLE_DAY });
    for (const name of written.packages) {
      packages.set(name, zipEntries(await readFile(join(root, 'site', name))));
    }
  });
  after(() => rm(root, { recursive: true, force: true }));

  test('are three, named as the vendor names them', async () => {
    const names = await readdir(join(root, 'site'));

    assert.deepEqual(names.sort(), [...written.packages].sort());
    assert.equal(names.length, 3);
    for (const [index, name] of names.entries()) {
      assert.match(name, new RegExp(`^202611230000-TeleMessage_${index + 1}_\\d{14}\\.zip$`));
    }
  });

  test('hold one manifest each, whose count and names are those of the items', () => {
    for (const entries of packages.values()) {
      const manifests = entries.filter(({ name }) => name.endsWith('.mf'));
      const items = entries.filter(({ name }) => /\.eml$/i.test(name));
      const [count, ...lines] = String(manifests[0]?.bytes).split(/\r?\n/);

      assert.equal(manifests.length, 1);
      assert.equal(count, `Count: ${items.length}`);
      assert.deepEqual(
        lines.filter((line) => line !== ''),
        items.map(({ name }) => name),
      );
      assert.equal(new Set(items.map(({ name }) => name.toLowerCase())).size, items.length);
      assert.ok(items.every(({ bytes }) => bytes.length > 0));
    }
  });

  test('hold at least 120 items, as many as they say', () => {
    const items = [...packages.values()].flat().filter(({ name }) => /\.eml$/i.test(name));

    assert.equal(items.length, written.items);
    assert.ok(items.length >= 120, `${items.length} items`);
  });

  test('hold a stray file, stored and deflated entries, and LF and CRLF manifests', () => {
    const all = [...packages.values()].flat();
    const manifests = all.filter(({ name }) => name.endsWith('.mf')).map(({ bytes }) => bytes);

    assert.equal(all.filter(({ name }) => name === 'readme.txt').length, 1);
    assert.deepEqual([...new Set(all.map(({ method }) => method))].sort(), [0, 8]);
    assert.ok(manifests.some((bytes) => bytes.includes('\r\n')));
    assert.ok(manifests.some((bytes) => !bytes.includes('\r')));
  });

  test('have the same bytes when the same day is written again, in another time zone too', async () => {
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Pacific/Auckland';
    try {
      await writeSample(join(root, 'again'), { day: SAMPLE_DAY });
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }

    for (const name of written.packages) {
      const [first, second] = await Promise.all(
        ['site', 'again'].map((folder) => readFile(join(root, folder, name))),
      );
      assert.ok(first?.equals(second ?? Buffer.alloc(0)), `${name} differs`);
    }
  });

  test('have other names, times and ids for another day', () => {
    const today = samplePackages(SAMPLE_DAY).flatMap(({ entries }) => entries);
    const other = samplePackages('2027-02-01').flatMap(({ entries }) => entries);
    const ids = new Set(today.map(({ item }) => item.sourceId));

    assert.match(samplePackages('2027-02-01')[0]?.package ?? '', /^202702010000-TeleMessage_1_/);
    assert.equal(other.length, today.length);
    assert.ok(other.every(({ item }) => !ids.has(item.sourceId)));
    assert.ok(other.every(({ item }) => new Date(item.sentMs).getUTCFullYear() === 2027));
  });
});
