import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { expectedBooks } from '../../../sandbox/sample/expectation.ts';
import { emlOf, samplePackages } from '../../../sandbox/sample/packages.ts';
import { SAMPLE_UNMAPPED, userId } from '../../../sandbox/sample/users.ts';
import { SAMPLE_DAY } from '../../../sandbox/sample/write-sample.ts';
import type { Receipt } from '../../../src/domain/receipt.ts';
import type { Report } from '../../../src/domain/report.ts';
import type { Office } from '../../support/office.ts';
import type { StagedItem } from '../../support/sample-mailboxes.ts';
import type { FoundBlob, Storage } from '../../support/storage.ts';

export const RECEIPTS = 'receipts/2026/11/23';
/** Users that only the custom mapping finds first (sandbox/sample/users.ts). */
const BY_CUSTOM = [101, 102, 110, 111, 114].map(userId);
const BY_EITHER = userId(105);
const SHA_256 = /^[0-9a-f]{64}$/;
const SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** The vendor's export, short: one who sends and calls, one whose mailbox is nobody's phone. */
export const REGISTERED_CSV = [
  'Status,Username,Email,Mobile',
  'Activated,priya,Priya.Raghunathan@tarnvesper.example.com,',
  'Activated,compliance,compliance@tarnvesper.example.com,447700900190',
  'Deleted,gone,gone@tarnvesper.example.com,447700900191',
].join('\n');

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const byPath = (a: string, b: string) => (a < b ? -1 : 1);

export interface StoredReads {
  readonly read: (container: 'archive' | 'archive-books', path: string) => Promise<Buffer>;
  /** Of the books. */
  readonly readJson: <T>(path: string) => Promise<T>;
}

/** The archived sample day and where it lies. */
export interface Sample extends StoredReads {
  readonly office: Office;
  readonly storage: Storage;
  readonly items: readonly StagedItem[];
  /** Without those that were delivered before. */
  readonly told: readonly StagedItem[];
}

/** Both containers are write-once: what was read once need not be read again. */
export function storedReads(storage: Storage): StoredReads {
  const known = new Map<string, Promise<Buffer>>();
  const read: StoredReads['read'] = (container, path) => {
    const bytes = known.get(`${container}/${path}`) ?? storage.read(container, path);
    known.set(`${container}/${path}`, bytes);
    return bytes;
  };
  return {
    read,
    readJson: async <T>(path: string) =>
      JSON.parse((await read('archive-books', path)).toString('utf8')) as T,
  };
}

/** What the day left in staging, read without the product. */
export function testStaging(sample: () => Sample): void {
  it('stages packages and messages write-once where the contract says', async () => {
    const { office, storage, items, told, read } = sample();
    const content = await storage.list('archive');
    const packages = samplePackages(SAMPLE_DAY).map((each) => each.package);

    assert.deepEqual(
      content.map(({ path }) => path).sort(byPath),
      [
        ...packages.map((name) => `packages/2026/11/23/${name}/1.zip`),
        ...told.map(({ indexed: { itemKey } }) => messagePathOf(itemKey)),
      ].sort(byPath),
    );
    const metadata = new Map(content.map((blob) => [blob.path, blob.metadata]));
    for (const name of packages) {
      const path = `packages/2026/11/23/${name}/1.zip`;
      const site = readFileSync(join(office.siteFolder, `${name}.zip`));
      const facts = metadata.get(path) ?? {};
      assert.deepEqual(await read('archive', path), site);
      assert.equal(facts['sha256'], sha256(site));
      assert.equal(facts['sizebytes'], String(site.length));
      assert.match(facts['modifiedat'] ?? '', SECONDS);
      assert.match(facts['receivedat'] ?? '', SECONDS);
    }
    for (const item of told) {
      const path = messagePathOf(item.indexed.itemKey);
      const { converter, itemsha256, package: from, ...facts } = metadata.get(path) ?? {};
      assert.deepEqual(
        facts,
        { sha256: sha256(await read('archive', path)), home: SAMPLE_DAY },
        item.label,
      );
      assert.ok(
        deliveriesOf(item, items).some(({ indexed }) => indexed.sha256 === itemsha256),
        item.label,
      );
      assert.ok(converter);
      assert.match(from ?? '', /^packages\/2026\/11\/23\/[^/]+\/1\.zip$/);
    }
  });

  it('indexes every entry with the digest of the bytes that were delivered', async () => {
    const { items, told, read, readJson } = sample();
    for (const { package: name, entries } of samplePackages(SAMPLE_DAY)) {
      const path = `packages/2026/11/23/${name}/1.index.json`;
      const index = await readJson<{
        outcome: string;
        reason: string | null;
        items: Record<string, unknown>[];
      }>(path);
      const zip = await read('archive', `packages/2026/11/23/${name}/1.zip`);

      assert.deepEqual([index.outcome, index.reason], ['taken', null]);
      assert.equal(index.items.length, entries.length);
      const indexed = new Map(index.items.map((entry) => [entry['name'], entry]));
      for (const entry of entries) {
        const eml = emlOf(entry);
        const found = indexed.get(entry.name) ?? {};
        assert.equal(found['sha256'], sha256(eml), entry.name);
        assert.equal(found['sizeBytes'], eml.length);
        assert.equal(found['kind'], entry.item.kind);
        assert.match(String(found['itemKey']), SHA_256);
        assert.match(String(found['at']), SECONDS);
        assert.equal(typeof found['compressedBytes'], 'number');
        // `offset` is that of the local file header.
        assert.equal(zip.readUInt32LE(Number(found['offset'])), 0x04034b50, entry.name);
      }
    }
    assert.equal(new Set(told.map(({ indexed }) => indexed.itemKey)).size, told.length);
    const again = items.filter(({ flags }) => flags.includes('delivered-before'));
    assert.ok(again.length > 0);
    for (const { indexed, label } of again) {
      assert.ok(
        told.some((first) => first.indexed.itemKey === indexed.itemKey),
        label,
      );
    }
  });

  it('keeps in the books nothing but indexes, receipts and reports, with their metadata', async () => {
    const { storage, items, readJson } = sample();
    const books = await storage.list('archive-books');
    const isReceipt = ({ path }: FoundBlob) => path.startsWith('receipts/');

    assert.deepEqual(
      books
        .filter((blob) => !isReceipt(blob))
        .map(({ path }) => path)
        .sort(byPath),
      [
        ...samplePackages(SAMPLE_DAY).map(
          (each) => `packages/2026/11/23/${each.package}/1.index.json`,
        ),
        ...['json', 'csv', 'html'].map((format) => `reports/2026-11-23/1.${format}`),
      ].sort(byPath),
    );
    const receipts = books.filter(isReceipt);
    for (const { path, metadata } of receipts) {
      assert.match(path, /^receipts\/2026\/11\/23\/[0-9a-f]{64}\/\d+\.json$/);
      const { outcome, reason } = await readJson<Receipt>(path);
      assert.equal(metadata['outcome'], outcome);
      assert.equal(metadata['reason'] ?? '', reason ?? '');
    }
    const held = (await storage.list('archive-state')).filter(({ path }) =>
      path.startsWith('held/'),
    );
    const { failed } = expectedBooks(items);
    assert.equal(held.length, failed, 'one entry for each failed copy');
    for (const { path } of held) assert.match(path, /^held\/[0-9a-f]{64}\/[0-9a-f]{64}\.json$/);
  });

  it('writes a receipt of each item with every field of the contract', async () => {
    const { office, items, told, read, readJson } = sample();
    for (const item of told) {
      const { indexed, label, held, flags } = item;
      const receipt = await readJson<Receipt>(`${RECEIPTS}/${indexed.itemKey}/1.json`);
      const outcome =
        held.length > 0
          ? 'unmapped'
          : flags.includes('files-removed-at-source')
            ? 'partial'
            : 'imported';
      const delivery = deliveriesOf(item, items).find(
        (one) => receipt.package === `packages/2026/11/23/${one.package}/1.zip`,
      );
      assert.ok(delivery, label);
      const zip = readFileSync(join(office.siteFolder, `${delivery.package}.zip`));

      assert.equal(receipt.itemKey, indexed.itemKey, label);
      assert.equal(receipt.home, SAMPLE_DAY);
      assert.equal(receipt.outcome, outcome, label);
      assert.equal(receipt.reason, held[0] ?? null, label);
      assert.equal(receipt.packageSha256, sha256(zip));
      assert.equal(receipt.itemSha256, delivery.indexed.sha256, label);
      assert.equal(
        receipt.messageSha256,
        sha256(await read('archive', messagePathOf(indexed.itemKey))),
        label,
      );
      assert.deepEqual(receipt.mailboxes.map(({ id }) => id).sort(), item.mailboxes, label);
      for (const copy of receipt.mailboxes) {
        const { id, messageId, rule, mappingVersion, at, reason } = copy;
        if (id !== BY_EITHER) {
          assert.equal(rule, BY_CUSTOM.includes(id) ? 'custom' : 'automatic', label);
        }
        assert.equal(mappingVersion !== null, rule === 'custom', label);
        assert.ok(messageId !== null && messageId !== '', label);
        assert.match(at, SECONDS);
        assert.equal(copy.outcome, outcome === 'partial' ? 'partial' : 'imported', label);
        assert.equal(reason, null);
      }
      assert.deepEqual(receipt.held.map(({ reason }) => reason).sort(), [...held].sort(), label);
      for (const { role, position } of receipt.held) {
        assert.ok(['from', 'to', 'owner'].includes(role));
        assert.ok(Number.isInteger(position) && position >= 0);
      }
      const steps = receipt.steps.map(({ step }) => step);
      assert.deepEqual(steps, ['convert', 'map', ...item.mailboxes.map(() => 'import')], label);
      for (const { attempts, startedAt, endedAt } of receipt.steps) {
        assert.ok(attempts >= 1);
        assert.match(startedAt, SECONDS);
        assert.match(endedAt, SECONDS);
        assert.ok(startedAt <= endedAt);
      }
    }
  });

  it('reports the day with an equation that closes and every unmapped person once', async () => {
    const { office, items, told, readJson } = sample();
    const report = await readJson<Report>('reports/2026-11-23/1.json');
    const { connector, day, outcome, balances, books, thisRun, packages, failures } = report;
    const { available, imported, partiallyImported, skipped, waived, failed } = books;

    assert.deepEqual([connector, day, outcome, balances], ['o2', SAMPLE_DAY, 'partial', true]);
    assert.equal(available, imported + partiallyImported + skipped + waived + failed);
    assert.equal(books.itemsWithReceipt, books.items);
    assert.deepEqual(Object.keys(thisRun).sort(), ['imported', 'started', 'unchanged']);
    for (const line of packages) {
      const zip = readFileSync(join(office.siteFolder, `${line.name}.zip`));
      assert.deepEqual(
        [line.sha256, line.outcome, line.reason, Array.isArray(line.notes)],
        [sha256(zip), 'taken', null, true],
      );
    }
    assert.equal(packages.length, 3);
    assert.ok(
      packages.some(({ notes }) => notes.length > 0),
      'the stray file is noted',
    );
    assert.equal(
      failures.reduce((sum, { count }) => sum + count, 0),
      failed,
    );
    assert.deepEqual(report.window, { from: '2026-11-23T00:00:00Z', to: '2026-11-24T00:00:00Z' });
    const counted = (kind: string) => items.filter((item) => item.kind === kind).length;
    assert.deepEqual(report.kinds, {
      sms: counted('sms'),
      mms: counted('mms'),
      call: counted('call'),
    });
    const isHeld = (reason: 'no-user' | 'no-mailbox') =>
      told.filter(({ held }) => held.includes(reason)).map(({ at }) => at);
    const waiting = (reason: 'no-user' | 'no-mailbox') => isHeld(reason).length;
    const { number, address } = SAMPLE_UNMAPPED;
    const ofAllDays = (reason: 'no-user' | 'no-mailbox') => ({
      items: waiting(reason),
      itemsOverall: waiting(reason),
      since: isHeld(reason).sort()[0],
    });
    assert.deepEqual(
      [...report.unmapped].sort((a, b) => (a.reason < b.reason ? 1 : -1)),
      [
        { number, address, reason: 'no-user', ...ofAllDays('no-user') },
        {
          number: '+447700900113',
          address: 'nadia.okonkwo@tarnvesper.example.com',
          reason: 'no-mailbox',
          ...ofAllDays('no-mailbox'),
        },
      ],
    );
    // Two messages of one millisecond, to which the vendor gives one id: the vendor's id is no proof.
    assert.equal(report.amended.count, 1);
    assert.equal(report.lateItems, told.filter(({ at }) => at < SAMPLE_DAY).length);
    for (const flag of ['encrypted', 'time-corrected', 'connected-without-recording'] as const) {
      const flagged = told.filter(({ flags }) => flags.includes(flag)).length;
      assert.equal(report.flags[flag], flagged, flag);
    }
  });

  it('tells when the items were sent, how late they came, and who of the registered is silent', async () => {
    const { items, told, readJson } = sample();
    const { hours, lateness, withoutRecording, trend, coverage } = await readJson<Report>(
      'reports/2026-11-23/1.json',
    );

    const ofTheDay = items.filter(({ at }) => at.startsWith(SAMPLE_DAY));
    const sent = hours?.ofTheDay.reduce((sum, count) => sum + count, 0);
    assert.deepEqual([sent, hours?.otherDays], [ofTheDay.length, items.length - ofTheDay.length]);
    assert.equal(lateness?.items, told.length);
    const calls = told.filter(({ flags }) => flags.includes('connected-without-recording'));
    assert.deepEqual(
      [...(withoutRecording ?? [])].sort(),
      calls.map(({ indexed: { itemKey } }) => itemKey).sort(),
    );
    assert.deepEqual(
      trend?.map(({ day, items: count }) => [day, count]),
      [[SAMPLE_DAY, items.length]],
    );
    assert.ok(coverage);
    const { problem, registered, withItems, faultyRows, silent, unregistered } = coverage;
    assert.deepEqual([problem, registered, withItems, faultyRows], [null, 2, 1, 0]);
    assert.deepEqual(
      silent.map(({ address, since }) => [address, since]),
      [['compliance@tarnvesper.example.com', SAMPLE_DAY]],
    );
    assert.equal(unregistered.length, coverage.unregisteredCount);
    const seen = unregistered.map(({ address }) => address ?? '');
    assert.ok(seen.some((address) => address.startsWith('callum.tarn@')));
    assert.ok(seen.every((address) => !address.startsWith('priya')));
  });

  it('notes who stands in the items of a package by hashes, which name nobody', async () => {
    const { readJson } = sample();
    for (const { package: name } of samplePackages(SAMPLE_DAY)) {
      const { people } = await readJson<{ people: object[] }>(
        `packages/2026/11/23/${name}/1.index.json`,
      );
      assert.ok(people.length > 0);
      assert.doesNotMatch(JSON.stringify(people), /@|\+|7700900/);
    }
  });
}

function messagePathOf(itemKey: string): string {
  return `messages/${itemKey.slice(0, 2)}/${itemKey}.eml`;
}

/** All entries with the item's key: two packages are archived at once, so either may be the first. */
function deliveriesOf({ indexed }: StagedItem, all: readonly StagedItem[]): StagedItem[] {
  return all.filter((other) => other.indexed.itemKey === indexed.itemKey);
}
