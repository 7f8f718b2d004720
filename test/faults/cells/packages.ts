import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zip, type Part } from '../../unit/telemessage/zips.ts';
import type { Cell, Stage } from '../cell.ts';
import { finished } from '../finished.ts';
import type { GeneratedItem } from '../items.ts';

const KEEPS = { outcome: 'failed', mailboxes: [] } as const;

/** The same item from the same source with other words: what an edited message is. */
function amended(item: GeneratedItem): GeneratedItem {
  const text = item.text.replace('cargo', 'freight');
  assert.notEqual(text, item.text);
  return { ...item, text, eml: Buffer.from(item.eml.toString().replace(item.text, text)) };
}

interface Refused {
  readonly id: string;
  readonly what: string;
  readonly reason: string;
  readonly parts: (items: readonly GeneratedItem[]) => readonly Part[];
}

const part = ({ entry, eml }: GeneratedItem): Part => ({ name: entry, bytes: eml });
const manifest = (items: readonly GeneratedItem[], count = items.length): Part => ({
  name: 'list.mf',
  bytes: Buffer.from([`Count: ${String(count)}`, ...items.map(({ entry }) => entry)].join('\r\n')),
});

/** F23: one poisoned entry, and nothing of its package is taken. */
const REFUSED: readonly Refused[] = [
  {
    ...{ id: 'count', what: 'a manifest that counts one more', reason: 'count-mismatch' },
    parts: (items) => [...items.map(part), manifest(items, items.length + 1)],
  },
  {
    ...{ id: 'zero', what: 'an item of no bytes', reason: 'zero-byte-item' },
    parts: ([first, ...items]) =>
      first === undefined
        ? []
        : [
            { name: first.entry, bytes: Buffer.alloc(0) },
            ...items.map(part),
            manifest([first, ...items]),
          ],
  },
  {
    ...{ id: 'traversal', what: 'a name that leads out', reason: 'unsafe-name' },
    parts: (items) => [
      { name: '../../etc/passwd', bytes: Buffer.from('x') },
      ...items.map(part),
      manifest(items),
    ],
  },
  {
    ...{ id: 'size', what: 'an entry that is longer than its record', reason: 'size-mismatch' },
    parts: ([first, ...items]) =>
      first === undefined
        ? []
        : [
            { ...part(first), central: { size: 10 } },
            ...items.map(part),
            manifest([first, ...items]),
          ],
  },
  {
    ...{ id: 'crc', what: 'a wrong checksum', reason: 'crc-mismatch' },
    parts: ([first, ...items]) =>
      first === undefined
        ? []
        : [
            { ...part(first), central: { crc: 1 } },
            ...items.map(part),
            manifest([first, ...items]),
          ],
  },
];

const REFUSED_CELLS = REFUSED.map(({ id, what, reason, parts }): Cell => ({
  id: `F23-${id}`,
  row: 'F23',
  title: `a package with ${what}`,
  end: `refused as a whole (${reason}), its bytes staged; delivered again, right, it is taken`,
  async play(stage) {
    const { cast, make, office, truth, day } = stage;
    const items = [
      make.sms({ from: cast.ann, to: [cast.ben] }),
      make.mms({ from: cast.ben, to: [cast.cat] }),
    ];
    const name = `${day.replaceAll('-', '')}0000-TeleMessage_1_20261125010000`;
    const bytes = zip(parts(items));
    const path = join(office.siteFolder, `${name}.zip`);
    writeFileSync(path, bytes);
    const twoHoursAgo = new Date(Date.now() - 7_200_000);
    utimesSync(path, twoHoursAgo, twoHoursAgo);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    truth.delivered({ day, package: name, sha256, items: [], isRefused: true });
    await stage.startWorker();
    const { outcome, books } = finished(await stage.runDay());
    const report = await office.staging.reports.latest(day);
    assert.deepEqual([outcome, books.items], ['partial', 0]);
    assert.equal(report?.packages[0]?.reason, reason);
    await stage.deliver(items);
    assert.equal(finished(await stage.runDay()).books.imported, 4);
  },
}));

async function junk(stage: Stage): Promise<GeneratedItem[]> {
  const { cast, make } = stage;
  const item = make.sms({ from: cast.ann, to: [cast.ben] });
  const bad = [
    Buffer.from('{"this": "is JSON and no message"}'),
    Buffer.from('\r\n\r\nno header block'),
    Buffer.from('Subject: nobody took part\r\n\r\ntext'),
  ];
  const items = bad.map((eml, at) => ({
    ...{ ...item, eml, entry: `bad-${String(at)}.eml`, parties: [] },
  }));
  for (const one of items) stage.expect(one, KEEPS);
  return items;
}

/** F22–F25, F27, F29, F30: what the vendor may deliver, late, doubled, amended and wrong. */
export const PACKAGE_CELLS: readonly Cell[] = [
  ...REFUSED_CELLS,
  {
    id: 'F22-unreadable',
    row: 'F22',
    title: 'items that are no messages, beside one that is',
    end: 'each is one failed item (unreadable) with a receipt; the day goes on',
    async play(stage) {
      const { cast, make, deliver, startWorker, runDay, office, day } = stage;
      const bad = await junk(stage);
      await deliver([...bad, make.sms({ from: cast.ann, to: [cast.ben] })]);
      await startWorker();
      const { outcome, books } = finished(await runDay());
      const report = await office.staging.reports.latest(day);
      assert.deepEqual([outcome, books.imported, books.failed], ['partial', 2, bad.length]);
      const [failure] = report?.failures ?? [];
      assert.deepEqual([failure?.reason, failure?.count], ['unreadable', bad.length]);
    },
  },
  {
    id: 'F22-date',
    row: 'F22',
    title: 'an item whose date is no date',
    end: "archived at the package's day, flagged as time-corrected",
    async play(stage) {
      const { cast, make, deliver, startWorker, runDay, office, day } = stage;
      const item = make.sms({ from: cast.ann, to: [cast.ben] });
      const eml = Buffer.from(item.eml.toString().replace(/^Date: .*$/m, 'Date: the 31st of June'));
      await deliver([{ ...item, eml, at: `${day}T00:00:00Z` }]);
      await startWorker();
      assert.equal(finished(await runDay()).books.imported, 2);
      const report = await office.staging.reports.latest(day);
      assert.equal(report?.flags['time-corrected'], 1);
    },
  },
  {
    id: 'F24-over-limit',
    row: 'F24',
    title: 'a recording over limits.maxItemBytes, and one over twice that',
    end: 'the first is imported without it and says so (partial), the second is held as too-large',
    office: { limits: { maxItemBytes: 1_000_000 } },
    async play({ cast, make, deliver, startWorker, runDay, expect }) {
      const partial = make.recording({ from: cast.ann, to: [cast.ben], bytes: 1_200_000 });
      const tooLarge = make.recording({ from: cast.ann, to: [cast.ben], bytes: 4_000_000 });
      expect(partial, {
        outcome: 'partial',
        mailboxes: [cast.ann.id, cast.ben.id],
        omitted: partial.attachments.map(({ name }) => name),
      });
      expect(tooLarge, KEEPS);
      await deliver([partial, tooLarge]);
      await startWorker();
      const { books } = finished(await runDay());
      assert.deepEqual([books.partiallyImported, books.failed], [2, 1]);
    },
  },
  {
    id: 'F25-headers',
    row: 'F25',
    title: 'a subject of 200,000 letters, a header that smuggles another one in, bidi and NUL',
    end: 'archived; no foreign header, nothing else broken',
    async play({ cast, make, deliver, startWorker, runDay }) {
      const item = make.sms({ from: cast.ann, to: [cast.ben] });
      const evil = '=?utf-8?Q?=0D=0ABcc:_all=40evil.example=0D=0A=E2=80=AE=00?=';
      const subject = `Subject: ${evil} ${'x'.repeat(200_000)}`;
      const eml = Buffer.from(item.eml.toString().replace(/^Subject: .*$/m, subject));
      await deliver([{ ...item, eml }]);
      await startWorker();
      assert.equal(finished(await runDay()).books.imported, 2);
    },
  },
  {
    id: 'F27-other-package',
    row: 'F27',
    title: 'the same item in a second package of the day, and in one of the next day',
    end: 'one copy; each further delivery is one skipped, the other day names its home',
    async play({ cast, make, deliver, startWorker, runDay, created }) {
      const item = make.mms({ from: cast.ann, to: [cast.ben] });
      await deliver([item]);
      await deliver([item, make.sms({ from: cast.ben, to: [cast.cat] })], { number: 2 });
      await deliver([item], { day: '2026-11-22' });
      await startWorker();
      const first = finished(await runDay());
      assert.deepEqual([first.books.imported, first.books.skipped], [4, 1]);
      const next = finished(await runDay({ day: '2026-11-22' }));
      assert.deepEqual([next.books.imported, next.books.skipped, next.outcome], [0, 1, 'complete']);
      assert.equal(created(), 4);
    },
  },
  {
    id: 'F27-redelivered',
    row: 'F27',
    title: 'a package is delivered again: the same bytes with another time, then other bytes',
    end: 'the same bytes are noted; other bytes are a package of their own, known items skipped',
    async play({ cast, make, deliver, startWorker, runDay, office, day, created }) {
      const first = make.sms({ from: cast.ann, to: [cast.ben] });
      const name = await deliver([first]);
      await startWorker();
      finished(await runDay());
      const halfAnHourAgo = new Date(Date.now() - 1_800_000);
      utimesSync(join(office.siteFolder, `${name}.zip`), halfAnHourAgo, halfAnHourAgo);
      finished(await runDay());
      await deliver([first, make.sms({ from: cast.ben, to: [cast.cat] })], {
        changedAt: new Date(Date.now() - 600_000),
      });
      const { books } = finished(await runDay());
      assert.deepEqual([books.imported, books.skipped, created()], [4, 1, 4]);
      const report = await office.staging.reports.latest(day);
      const lines = report?.packages.filter((line) => line.name === name) ?? [];
      assert.deepEqual(
        lines.map(({ delivery }) => delivery),
        [1, 2, 3],
      );
      assert.match(lines[1]?.notes.join() ?? '', /same bytes as delivery 1/);
      assert.ok(report?.changes.some((change) => change.includes('delivery 3')));
    },
  },
  {
    id: 'F29-amended',
    row: 'F29',
    title: 'an item comes again under its source id with other words, on the next day too',
    end: 'archived beside the first and counted as amended; never silent',
    async play({ cast, make, deliver, startWorker, runDay, office, day, created }) {
      const item = make.sms({ from: cast.ann, to: [cast.ben] });
      await deliver([item]);
      await startWorker();
      finished(await runDay());
      await deliver([amended(item)], { number: 2 });
      const { books } = finished(await runDay());
      const report = await office.staging.reports.latest(day);
      assert.deepEqual([books.imported, books.skipped, created()], [4, 0, 4]);
      assert.equal(report?.amended.count, 1);
    },
  },
  {
    id: 'F30-late',
    row: 'F30',
    title:
      "a package of an earlier day comes after that day's report; an item is older than its day",
    end: "taken by the next day's run, which names it; its own day gets a next report",
    async play({ cast, make, deliver, startWorker, runDay, office, day }) {
      await deliver([make.sms({ from: cast.ann, to: [cast.ben] })]);
      await startWorker();
      finished(await runDay());
      const late = { from: cast.ben, to: [cast.cat], at: '2026-11-18T10:00:00Z' };
      await deliver([make.sms(late)], { number: 2 });
      await deliver([make.sms({ from: cast.cat, to: [cast.ann] })], { day: '2026-11-22' });
      const next = finished(await runDay({ day: '2026-11-22' }));
      assert.equal(next.books.imported, 2);
      const [own, its] = [
        await office.staging.reports.latest('2026-11-22'),
        await office.staging.reports.latest(day),
      ];
      assert.deepEqual([own?.lateDays, its?.number, its?.lateItems], [[day], 2, 1]);
      assert.equal(its?.books.imported, 4);
    },
  },
];
