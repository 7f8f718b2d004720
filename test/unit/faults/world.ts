import { createHash } from 'node:crypto';
import type { Evidence, FoundMessage, StagedBlob } from '../../faults/check/evidence.ts';
import { digestOf, itemMaker, type GeneratedItem, type User } from '../../faults/items.ts';
import { randomOf } from '../../faults/random.ts';
import { Truth } from '../../faults/truth.ts';

export const DAY = '2026-11-21';
const PACKAGE = '202611210000-TeleMessage_1_20261125010000';
const PACKAGE_BYTES = Buffer.from('the package as the site had it');

export const ANN: User = {
  id: 'a0000000-0000-4000-8000-000000000001',
  name: 'Ann Quillon',
  number: '447700900111',
  address: 'ann@firm.example.com',
};
export const BEN: User = { ...ANN, id: ANN.id.replace(/1$/, '2'), name: 'Ben Quillon' };

/** What a faultless day leaves behind: one MMS of Ann's to Ben, a copy in each mailbox. */
export interface World {
  readonly truth: Truth;
  readonly item: GeneratedItem;
  readonly itemKey: string;
  readonly emlPath: string;
  readonly evidence: Evidence;
}

export function faultlessWorld(): World {
  const item = itemMaker(DAY, randomOf(1)).mms({ from: ANN, to: [BEN], bytes: 100 });
  const truth = new Truth();
  truth.delivered({
    day: DAY,
    package: PACKAGE,
    sha256: digestOf(PACKAGE_BYTES),
    items: [item],
    isRefused: false,
  });
  const itemKey = createHash('sha256').update(item.sourceId).digest('hex');
  const eml = Buffer.from('the message as it was staged');
  const emlPath = `messages/${itemKey.slice(0, 2)}/${itemKey}.eml`;
  const messages = [ANN, BEN].map((user) => messageOf(item, itemKey, user));
  const receipt = {
    itemKey,
    home: DAY,
    itemSha256: digestOf(item.eml),
    messageSha256: digestOf(eml),
    packageSha256: digestOf(PACKAGE_BYTES),
    outcome: 'imported',
    reason: null,
    mailboxes: messages.map(({ user, id }) => ({
      ...{ id: user, messageId: id, outcome: 'imported', reason: null },
    })),
    held: [],
  };
  const books = {
    ...{ available: 2, imported: 2, partiallyImported: 0, skipped: 0, waived: 0, failed: 0 },
    ...{ items: 1, itemsWithReceipt: 1 },
  };
  const entry = { name: item.entry, itemKey, sha256: digestOf(item.eml) };
  const index = { outcome: 'taken', packageSha256: digestOf(PACKAGE_BYTES), items: [entry] };
  const report = { outcome: 'complete', balances: true, books, failures: [], packages: [] };
  const at = `packages/2026/11/21/${PACKAGE}`;
  const packageFacts = { sha256: digestOf(PACKAGE_BYTES) };
  const emlFacts = { sha256: digestOf(eml), home: DAY };
  return {
    truth,
    item,
    itemKey,
    emlPath,
    evidence: {
      staged: {
        content: [blob(`${at}/1.zip`, PACKAGE_BYTES, packageFacts), blob(emlPath, eml, emlFacts)],
        books: [
          json(`${at}/1.index.json`, index),
          json(`receipts/2026/11/21/${itemKey}/1.json`, receipt),
          json(`reports/${DAY}/1.json`, report),
        ],
        state: [],
      },
      messages,
      traces: [{ where: 'log of the workers', text: 'worker ready' }],
    },
  };
}

/** With an earlier receipt that tells of another message in each mailbox, which the later one removed. */
export function replaced({ evidence }: World, earlier: object, later: object = {}): Evidence {
  const { staged } = evidence;
  const books = staged.books.flatMap((one) => {
    if (!one.path.startsWith('receipts/')) return [one];
    const receipt = JSON.parse(one.bytes.toString()) as { mailboxes: { messageId: string }[] };
    const telling = (change: (messageId: string) => object) => ({
      ...receipt,
      mailboxes: receipt.mailboxes.map((copy) => ({ ...copy, ...change(copy.messageId) })),
    });
    const first = telling((id) => ({ messageId: `${id} before`, ...earlier }));
    const second = telling((id) => ({ removed: [`${id} before`], ...later }));
    return [json(one.path, first), json(one.path.replace('1.json', '2.json'), second)];
  });
  return { ...evidence, staged: { ...staged, books } };
}

function messageOf(item: GeneratedItem, itemKey: string, user: User): FoundMessage {
  return {
    user: user.id,
    id: `message in ${user.id}`,
    internetMessageId: `<${itemKey}@o2-archive.example.com>`,
    archiveKey: itemKey,
    folder: 'O2 SMS and Voice Network Archiver',
    isDraft: false,
    receivedAt: item.at,
    text: `Kind: MMS\n\n${item.text}\n`,
    attachments: item.attachments,
  };
}

function blob(path: string, bytes: Buffer, metadata: Record<string, string>): StagedBlob {
  return { path, etag: '1', sha256: digestOf(bytes), metadata, bytes };
}

export function json(path: string, content: unknown): StagedBlob {
  return blob(path, Buffer.from(JSON.stringify(content)), {});
}
