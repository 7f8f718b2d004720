import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import type { ItemRow } from '../../../src/cli/item-rows.ts';
import type { SentReport } from '../../../src/cli/report-sent.ts';
import type { ProofDocument } from '../../../src/cli/verify.ts';
import type { IndexEntry, PackageIndex } from '../../../src/domain/index-entry.ts';
import type { Receipt } from '../../../src/domain/receipt.ts';
import type { Report } from '../../../src/domain/report.ts';
import type { DifferenceKind } from '../../../src/verify/difference.ts';
import { handsOn, type Hands } from '../../support/administrator.ts';
import { deliver } from '../../support/delivery.ts';
import { openOffice, type Office, type OfficeWorker } from '../../support/office.ts';
import {
  ADA,
  CY,
  DI,
  FORGED_FACTS,
  MEDIA,
  PROOF_DAY,
  PROOF_PACKAGES,
  runHere,
  TEXTS,
  USERS,
} from './proof-day.ts';

const SLASHED = '2026/10/05';

describe('verify, on a day that was really archived', () => {
  let office: Office;
  let content: ContainerClient;
  let books: ContainerClient;
  let hands: Hands;
  let worker: OfficeWorker;
  /** By the label of the item: how the product indexed it. */
  const indexed = new Map<string, IndexEntry>();
  const names: string[] = [];

  before(async () => {
    office = await openOffice({ startDay: PROOF_DAY, users: USERS, mappingCsv: null });
    for (const [at, items] of PROOF_PACKAGES.entries()) {
      names.push(await deliver(office.siteFolder, { day: PROOF_DAY, number: at + 1, items }));
    }
    const service = BlobServiceClient.fromConnectionString(office.azurite.connectionString);
    content = service.getContainerClient('archive');
    books = service.getContainerClient('archive-books');
    hands = handsOn(office);
    worker = await office.startWorker();
    const { code, err } = await office.cli('run', '--day', PROOF_DAY, '--wait');
    assert.equal(code, 0, err);
    for (const { path } of await office.staging.packages.listIndexes(PROOF_DAY)) {
      const { items } = await office.staging.packages.readIndex(path);
      for (const entry of items) indexed.set(entry.name.replace('.eml', ''), entry);
    }
  });
  after(() => office.stop());

  const keyFor = (label: string): string => indexed.get(label)?.itemKey ?? assert.fail(label);
  const cli = (...args: string[]) => runHere(office, args);
  const verify = async (...args: string[]) => {
    const { code, out, err } = await cli('verify', ...args, '--json');
    return { code, err, proof: JSON.parse(out) as ProofDocument };
  };
  const receiptPath = (label: string, number = 1) =>
    `receipts/${SLASHED}/${keyFor(label)}/${String(number)}.json`;
  const messagePath = (label: string) =>
    `messages/${keyFor(label).slice(0, 2)}/${keyFor(label)}.eml`;
  /** What somebody with the account's key can do: other bytes, the metadata as it was unless said. */
  const overwrite = async (
    container: ContainerClient,
    path: string,
    change: (bytes: Buffer) => Buffer,
    metadata: Readonly<Record<string, string>> = {},
  ) => {
    const blob = container.getBlockBlobClient(path);
    const bytes = change(await blob.downloadToBuffer());
    const { metadata: kept = {} } = await blob.getProperties();
    await blob.upload(bytes, bytes.length, { metadata: { ...kept, ...metadata } });
  };
  const rewriteReceipt = (label: string, change: (receipt: Receipt) => object) =>
    overwrite(books, receiptPath(label), (bytes) =>
      Buffer.from(JSON.stringify(change(JSON.parse(bytes.toString()) as Receipt))),
    );

  it('ends 0 on a clean day, and says what was compared and how many requests that took', async () => {
    const { code, proof } = await verify('--day', PROOF_DAY, '--read-data');
    // Once as a process of its own, as an operator has it.
    const text = await office.cli('verify', '--day', PROOF_DAY);

    const items = indexed.size;
    assert.deepEqual(
      proof.steps.map(({ step, checked, differ }) => [step, checked, differ]),
      [
        ['packages', 4, 0],
        ['items', items, 0],
        ['messages', items, 0],
        ['receipts', items, 0],
        ['books', 1, 0],
        ['mailboxes', items, 0],
        ['contents', items + 2 * MEDIA.length, 0],
      ],
      JSON.stringify(proof.differences),
    );
    assert.deepEqual(
      [code, proof.verdict, proof.notices, proof.differences],
      [0, 'proven', [], []],
    );
    // Folders, look-ups, attachment lists and bodies go by twenty; files one by one.
    assert.ok(proof.requests.graph <= 8 + 2 * MEDIA.length, String(proof.requests.graph));
    assert.equal(text.code, 0);
    assert.match(text.out, /Nothing differs\./);
    assert.match(text.out, /add --read-data/);
    assert.match(text.err, /verified 31 of 31 items/);
  });

  it('finds items by their own time, in whichever packages they lie', async () => {
    const { code, proof } = await verify('--sent', PROOF_DAY, '--tz', 'Europe/London');
    const before = await cli('verify', '--sent', '2026-10-04');
    const items = await cli('items', '--sent', PROOF_DAY, '--json');
    const report = await cli('report', '--sent', PROOF_DAY, '--json');
    const table = await cli('report', '--sent', PROOF_DAY);

    assert.equal(code, 0, JSON.stringify(proof.differences));
    assert.deepEqual(
      proof.packages.map((line) => line.package),
      names,
    );
    assert.deepEqual(proof.sent, { day: PROOF_DAY, timeZone: 'Europe/London' });
    assert.equal(before.code, 1);
    assert.match(before.err, /no staged package holds an item of 2026-10-04/);
    const listed = JSON.parse(items.out) as { items: ItemRow[]; packages: { package: string }[] };
    assert.equal(listed.items.length, indexed.size);
    assert.deepEqual(
      listed.packages.map((line) => line.package),
      names,
    );
    const { books, balances } = JSON.parse(report.out) as SentReport;
    assert.deepEqual([books.items, books.imported, balances], [indexed.size, indexed.size, true]);
    assert.match(table.out, /4 packages with such items, 4 indexes read of 4/);
  });

  it('says that there is nothing of a day', async () => {
    const { code, err } = await cli('verify', '--day', '2020-01-01');

    assert.equal(code, 1);
    assert.match(err, /no package of 2020-01-01 is staged/);
  });

  it('names a copy that its user removed, which no run and no retry posts again', async () => {
    const key = keyFor('purged-from-mailbox');
    const path = await hands.copyOf(ADA.id, key);
    await hands.ask('POST', `${path}/permanentDelete`, {});
    office.tenant.resetCounters();

    const retried = await office.cli('retry', '--item', key, '--wait', '--json');
    await worker.stop();

    const { code, proof } = await verify('--day', PROOF_DAY);
    assert.deepEqual(office.tenant.counters().created, {}, retried.err);
    assert.equal(code, 3);
    assert.deepEqual(proof.differences, [
      {
        kind: 'removed-from-mailbox',
        path: null,
        itemKey: key,
        mailbox: ADA.id,
        messageId: decodeURIComponent(path.split('/').at(-1) ?? ''),
        detail: null,
      },
    ]);
    assert.match(proof.kinds[0]?.next ?? '', /never posted again/);
  });

  it('finds each difference that was made on purpose, by its name, and nothing else', async () => {
    const expected: [DifferenceKind, string][] = [];
    const differs = (kind: DifferenceKind, what: string) => void expected.push([kind, what]);

    const alterReceipt = async (label: string, change: (receipt: Receipt) => object) => {
      await rewriteReceipt(label, change);
      differs('receipt-altered', keyFor(label));
    };

    // Staging: bytes flipped by somebody with the key of the account.
    const first = `packages/${SLASHED}/${String(names[0])}/1.zip`;
    const spoilt = indexed.get('item-bytes-differ');
    assert.ok(spoilt);
    await overwrite(content, first, (bytes) => {
      const at = spoilt.dataOffset + Math.floor(spoilt.compressedBytes / 2);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      return bytes;
    });
    differs('package-bytes-differ', first);
    differs('item-bytes-differ', spoilt.itemKey);
    await overwrite(content, messagePath('message-bytes-differ'), (bytes) =>
      Buffer.concat([bytes, Buffer.from('more\r\n')]),
    );
    differs('message-bytes-differ', keyFor('message-bytes-differ'));
    await overwrite(content, messagePath('message-differs-from-item'), () => FORGED, {
      sha256: FORGED_SHA256,
    });
    differs('message-differs-from-item', keyFor('message-differs-from-item'));
    differs('receipt-differs', keyFor('message-differs-from-item'));
    await overwrite(content, messagePath('by-digest-only'), (bytes) => bytes, {
      converter: '0-another',
    });
    const third = `packages/${SLASHED}/${String(names[2])}/1.zip`;
    await content.deleteBlob(third);
    differs('package-missing', third);

    // Books.
    const second = `packages/${SLASHED}/${String(names[1])}/1`;
    await overwrite(books, `${second}.index.json`, (bytes) => {
      const index = JSON.parse(bytes.toString()) as PackageIndex;
      const items = index.items.filter(({ itemKey }) => itemKey !== keyFor('not-counted'));
      return Buffer.from(JSON.stringify({ ...index, items }));
    });
    differs('count-differs', `${second}.zip`);
    differs('receipt-of-nothing', keyFor('not-counted'));
    await overwrite(books, `packages/${SLASHED}/${String(names[0])}/1.index.json`, (bytes) => {
      const index = JSON.parse(bytes.toString()) as PackageIndex;
      const items = index.items.map((entry) =>
        entry.itemKey === keyFor('index-differs') ? { ...entry, ...FORGED_FACTS } : entry,
      );
      return Buffer.from(JSON.stringify({ ...index, items }));
    });
    differs('index-differs', keyFor('index-differs'));
    await overwrite(books, `reports/${PROOF_DAY}/1.json`, (bytes) => {
      const report = JSON.parse(bytes.toString()) as Report;
      const packages = report.packages.map((line) =>
        line.name === names[3] ? { ...line, sha256: 'ab' } : line,
      );
      return Buffer.from(JSON.stringify({ ...report, packages }));
    });
    differs('package-not-as-reported', `packages/${SLASHED}/${String(names[3])}/1.zip`);
    await books.deleteBlob(receiptPath('receipt-missing'));
    differs('receipt-missing', keyFor('receipt-missing'));
    differs('books-differ', `reports/${PROOF_DAY}/1.json`);
    const hole = receiptPath('receipt-hole');
    const whole = await books.getBlobClient(hole).downloadToBuffer();
    const { metadata = {} } = await books.getBlobClient(hole).getProperties();
    await books
      .getBlockBlobClient(receiptPath('receipt-hole', 3))
      .upload(whole, whole.length, { metadata });
    differs('receipt-hole', keyFor('receipt-hole'));
    await overwrite(books, receiptPath('receipt-unreadable'), () => Buffer.from('{"version":1'));
    differs('receipt-unreadable', keyFor('receipt-unreadable'));
    await alterReceipt('receipt-differs', (receipt) => ({ ...receipt, itemSha256: 'ab' }));
    differs('receipt-differs', keyFor('receipt-differs'));
    await alterReceipt('receipt-altered', (receipt) => ({ ...receipt, mailboxes: [] }));
    // Somebody careful: a receipt without a fault in itself, and all that is noted beside it.
    const { receipts } = office.staging;
    const honest = await receipts.read(receiptPath('receipt-lost-copy'));
    const owner = { role: 'owner', position: 0, reason: 'no-user', person: '' } as const;
    const hiding = { ...honest, mailboxes: [], held: [owner] };
    await receipts.write(PROOF_DAY, { ...hiding, outcome: 'unmapped', reason: 'no-user' });
    differs('receipt-lost-copy', keyFor('receipt-lost-copy'));

    // Mailboxes: what a user or an administrator can do.
    const copies = new Map<string, string>();
    for (const label of [...TEXTS, ...MEDIA]) {
      if (label === 'purged-from-mailbox') continue;
      copies.set(label, await hands.copyOf(ADA.id, keyFor(label)));
    }
    const copy = (label: string) => String(copies.get(label));
    await hands.ask('DELETE', copy('removed-from-mailbox'));
    differs('removed-from-mailbox', keyFor('removed-from-mailbox'));
    differs('removed-from-mailbox', keyFor('purged-from-mailbox'));
    await hands.ask('POST', `${copy('moved-in-mailbox')}/move`, { destinationId: 'inbox' });
    differs('moved-in-mailbox', keyFor('moved-in-mailbox'));
    await hands.ask('POST', `${copy('thrown-away')}/move`, { destinationId: 'deleteditems' });
    differs('moved-in-mailbox', keyFor('thrown-away'));
    const again = (label: string) =>
      hands.ask('POST', `/users/${ADA.id}/mailFolders/inbox/messages`, {
        internetMessageId: `<${keyFor(label)}@o2-archive.example.com>`,
        subject: 'the same again',
        singleValueExtendedProperties: [{ id: 'Integer 0x0E07', value: '1' }],
      });
    await again('doubled-in-mailbox');
    differs('doubled-in-mailbox', keyFor('doubled-in-mailbox'));
    const { id: back } = (await again('back-in-mailbox')) as { id: string };
    await alterReceipt('back-in-mailbox', ({ mailboxes, ...receipt }) => ({
      ...receipt,
      mailboxes: mailboxes.map((each) => ({ ...each, removed: [back] })),
    }));
    differs('back-in-mailbox', keyFor('back-in-mailbox'));
    await alterReceipt('unrecorded-in-mailbox', ({ mailboxes, ...receipt }) => ({
      ...receipt,
      mailboxes: mailboxes.map((each) => ({ ...each, outcome: 'failed', messageId: null })),
    }));
    differs('unrecorded-in-mailbox', keyFor('unrecorded-in-mailbox'));
    await hands.ask('PATCH', copy('changed-in-mailbox'), {
      singleValueExtendedProperties: [{ id: 'String 0x001A', value: 'IPM.Note.Other' }],
    });
    differs('changed-in-mailbox', keyFor('changed-in-mailbox'));
    await hands.ask('PATCH', copy('text-differs'), {
      body: { contentType: 'html', content: '<p>other words</p>' },
    });
    differs('text-differs', keyFor('text-differs'));
    const eve = { emailAddress: { name: 'Eve', address: 'eve@example.net' } };
    await hands.ask('PATCH', copy('head-differs'), {
      subject: 'another subject',
      toRecipients: [eve],
    });
    differs('head-differs', keyFor('head-differs'));
    const file = (name: string, text: string) => ({
      '@odata.type': '#microsoft.graph.fileAttachment',
      name,
      contentType: 'image/jpeg',
      contentBytes: Buffer.from(text).toString('base64'),
    });
    const [half] = await hands.attachmentsOf(copy('half-in-mailbox'));
    await hands.ask('DELETE', String(half));
    differs('half-in-mailbox', keyFor('half-in-mailbox'));
    await hands.ask('POST', `${copy('attachments-added')}/attachments`, file('three.jpg', '3'));
    differs('attachments-added', keyFor('attachments-added'));
    const [one] = await hands.attachmentsOf(copy('attachment-differs'));
    await hands.ask('DELETE', String(one));
    await hands.ask('POST', `${copy('attachment-differs')}/attachments`, file('one.jpg', 'other'));
    differs('attachment-differs', keyFor('attachment-differs'));
    office.tenant.setMailbox(CY.id, 'none');
    differs('mailbox-gone', CY.id);
    office.tenant.setMailbox(DI.id, 'denied');
    differs('mailbox-not-permitted', DI.id);

    const { code, proof } = await verify('--day', PROOF_DAY, '--read-data');
    const text = await cli('verify', '--day', PROOF_DAY);

    const named = (pairs: readonly (readonly [string, string])[]) =>
      pairs.map((pair) => pair.join(' ')).sort();
    assert.deepEqual(
      named(
        proof.differences.map(({ kind, itemKey, path, mailbox }) => [
          kind,
          itemKey ?? path ?? String(mailbox),
        ]),
      ),
      named(expected),
    );
    assert.deepEqual([code, proof.verdict, proof.unanswered], [3, 'differs', []]);
    const detailOf = (label: string) =>
      proof.differences.find(({ itemKey }) => itemKey === keyFor(label))?.detail;
    assert.match(String(detailOf('removed-from-mailbox')), /Recoverable Items/);
    assert.equal(detailOf('purged-from-mailbox'), null);
    assert.equal(detailOf('index-differs'), 'at, kind, source');
    assert.equal(detailOf('head-differs'), 'subject, to');
    assert.match(String(detailOf('receipt-altered')), /copies, sha256, no copy, made or held/);
    assert.match(String(detailOf('receipt-lost-copy')), /mailbox \S+ is gone/);
    assert.match(String(detailOf('thrown-away')), /Deleted Items/);
    assert.match(String(detailOf('changed-in-mailbox')), /class/);
    assert.match(String(detailOf('half-in-mailbox')), /1 of 2/);
    const notices = new Map(proof.notices.map(({ kind, count }) => [kind, count]));
    // The item whose bytes are spoilt, and the one whose package is gone, cannot be converted either.
    assert.equal(notices.get('by-digest-only'), 3);
    assert.equal(notices.get('text-contained'), 1);
    assert.equal(text.code, 3);
    assert.match(text.out, /removed-from-mailbox: 2/);
    assert.match(text.out, /never posted again/);
    assert.ok(!text.out.includes('ada@'), 'the proof names an address');
  });

  it('of a tenant that is away is exit 4 and no verdict', async () => {
    office.tenant.changeSecret('another-secret');

    const { code, err } = await cli('verify', '--day', PROOF_DAY);

    assert.equal(code, 4);
    assert.match(err, /secret|tenant|token/i);
  });

  it('names what a report and receipts tell of, when the day is gone from staging', async () => {
    const prefix = `packages/${SLASHED}/`;
    for (const container of [content, books]) {
      for await (const { name } of container.listBlobsFlat({ prefix })) {
        await container.deleteBlob(name);
      }
    }

    const { code, proof } = await verify('--day', PROOF_DAY);

    const kinds = new Map(proof.kinds.map(({ kind, count }) => [kind, count]));
    const keys = indexed.size - 1;
    assert.equal(code, 3);
    assert.deepEqual([...kinds].sort(), [
      ['books-differ', 1],
      ['index-missing', names.length],
      ['package-missing', names.length],
      ['receipt-of-nothing', keys],
    ]);
    const missing = proof.differences.filter(({ kind }) => kind === 'package-missing');
    assert.deepEqual(
      new Set(missing.map(({ detail }) => detail)),
      new Set([`named by reports/${PROOF_DAY}/1.json`]),
    );
  });
});

const FORGED = Buffer.from('Subject: forged\r\n\r\nNothing of this was ever sent.\r\n');
const FORGED_SHA256 = createHash('sha256').update(FORGED).digest('hex');
