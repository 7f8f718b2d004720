import type { GeneratedItem } from '../items.ts';
import { digestOf } from '../items.ts';
import type { Truth } from '../truth.ts';
import type { Evidence, FoundMessage, StagedBlob } from './evidence.ts';
import type { Finding } from './finding.ts';
import {
  indexesIn,
  latestBy,
  receiptsIn,
  type CopyFacts,
  type ReadReceipt,
  type ReceiptFacts,
} from './paths.ts';

/** One generated item, joined with everything that tells of it. */
interface Case {
  readonly item: GeneratedItem;
  readonly name: string;
  readonly itemKey: string;
  readonly receipts: readonly ReadReceipt[];
  readonly messages: readonly FoundMessage[];
  readonly eml: StagedBlob | null;
}

const FOLDER = 'O2 SMS and Voice Network Archiver';
const OUTCOMES = ['imported', 'partial', 'skipped', 'unmapped', 'waived', 'failed'];

/** I1 and I3, and the bytes: each item once where it belongs, whole, and nowhere else. */
export function judgeItems(evidence: Evidence, truth: Truth): Finding[] {
  const { cases, findings } = casesOf(evidence, truth);
  for (const one of cases) {
    findings.push(...stateOf(one, truth), ...placesOf(one, truth), ...bytesOf(one, truth));
  }
  const keys = new Set(cases.map(({ itemKey }) => itemKey));
  for (const message of evidence.messages) {
    if (message.archiveKey === null || keys.has(message.archiveKey)) continue;
    const where = `a message of mailbox ${message.user}`;
    const text = 'it bears the key of no item that was delivered';
    findings.push({ invariant: 'I3', fault: 'wrong-mailbox', where, text });
  }
  return findings;
}

function casesOf(
  { staged, messages }: Evidence,
  truth: Truth,
): { cases: Case[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const cases = new Map<GeneratedItem, Case>();
  const indexes = indexesIn(staged.books);
  const receipts = Map.groupBy(receiptsIn(staged.books), ({ itemKey }) => itemKey);
  const byKey = Map.groupBy(messages, keyOf);
  const emls = new Map(staged.content.map((blob) => [blob.path, blob]));
  const keys = new Map<string, GeneratedItem>();
  for (const delivery of truth.deliveries) {
    if (delivery.isRefused) continue;
    const index = indexes.find(
      (one) =>
        one.package === delivery.package &&
        one.day === delivery.day &&
        one.index.packageSha256 === delivery.sha256,
    );
    for (const item of delivery.items) {
      const name = `${delivery.package}/${item.entry}`;
      const entry = index?.index.items.find((one) => one.name === item.entry);
      const fault = (text: string): void =>
        void findings.push({ invariant: 'I1', fault: 'lost', where: name, text });
      if (entry === undefined) {
        fault('it is in no index');
        continue;
      }
      if (entry.sha256 !== digestOf(item.eml)) fault('the index tells of other bytes');
      if ((keys.get(entry.itemKey) ?? item) !== item) fault('its key is that of another item');
      keys.set(entry.itemKey, item);
      cases.set(item, {
        item,
        name,
        itemKey: entry.itemKey,
        receipts: receipts.get(entry.itemKey) ?? [],
        messages: byKey.get(entry.itemKey) ?? [],
        eml: emls.get(`messages/${entry.itemKey.slice(0, 2)}/${entry.itemKey}.eml`) ?? null,
      });
    }
  }
  return { cases: [...cases.values()], findings };
}

/** By Message-ID and by named property: a copy that lost one of them is still a copy. */
function keyOf({ archiveKey, internetMessageId }: FoundMessage): string {
  return archiveKey ?? /^<([0-9a-f]{64})@/.exec(internetMessageId)?.[1] ?? '';
}

function homeReceipt({ receipts, eml }: Case): ReadReceipt | null {
  const home = eml?.metadata['home'] ?? receipts[0]?.receipt.home ?? '';
  const athome = receipts.filter(({ day }) => day === home);
  return latestBy(athome, () => home).get(home) ?? null;
}

/** I1: exactly one final state, the one that the cell calls for. */
function stateOf(one: Case, truth: Truth): Finding[] {
  const { name, receipts } = one;
  const findings: Finding[] = [];
  const fault = (kind: Finding['fault'], text: string): void =>
    void findings.push({ invariant: 'I1', fault: kind, where: name, text });
  const latest = homeReceipt(one);
  if (latest === null) {
    fault('lost', 'it has no receipt at its home');
    return findings;
  }
  const expected = truth.endOf(one.item);
  const { outcome } = latest.receipt;
  if (!OUTCOMES.includes(outcome)) fault('wrong-state', `its outcome is ${outcome}`);
  if (outcome !== expected.outcome) {
    const reason = latest.receipt.reason ?? 'no reason';
    fault('wrong-state', `it is ${outcome} (${reason}) and should be ${expected.outcome}`);
  }
  for (const { day, path, receipt } of receipts) {
    const isHome = day === latest.receipt.home;
    if (receipt.home !== latest.receipt.home) fault('wrong-state', `${path} names another home`);
    if (isHome === (receipt.outcome === 'skipped')) {
      fault('wrong-state', `${path} says ${receipt.outcome} ${isHome ? 'at' : 'far from'} home`);
    }
  }
  const numbers = receipts.filter(({ day }) => day === latest.day).map(({ number }) => number);
  if (Math.max(...numbers) !== numbers.length) fault('wrong-state', 'a receipt of it is missing');
  findings.push(...keptCopies(one, latest.day));
  return findings;
}

/** A copy once made stays in all later receipts; one that lacks something may give way to a better one. */
function keptCopies({ name, receipts }: Case, home: string): Finding[] {
  const chain = receipts
    .filter(({ day }) => day === home)
    .toSorted((a, b) => a.number - b.number)
    .map(({ receipt }) => madeIn(receipt));
  const isKept = chain.every((made, at) =>
    [...(chain[at - 1] ?? [])].every(([user, copy]) => isStanding(copy, made.get(user))),
  );
  const text = 'a later receipt forgets a copy that an earlier one tells of';
  return isKept ? [] : [{ invariant: 'I1', fault: 'wrong-state', where: name, text }];
}

function isStanding({ messageId, omitted = [] }: CopyFacts, later: CopyFacts | undefined): boolean {
  if (later === undefined || later.messageId === messageId) return later !== undefined;
  const lacksLess = (later.omitted ?? []).length < omitted.length;
  return lacksLess && messageId !== null && later.removed?.includes(messageId) === true;
}

function madeIn({ mailboxes }: ReceiptFacts): Map<string, CopyFacts> {
  const made = mailboxes.filter(({ outcome }) => outcome !== 'failed');
  return new Map(made.map((copy) => [copy.id, copy]));
}

/** I3: once in each mailbox it belongs to, and in no other; as the receipt says. */
function placesOf(one: Case, truth: Truth): Finding[] {
  const { name, messages } = one;
  const expected = truth.endOf(one.item);
  const receipt = homeReceipt(one)?.receipt ?? null;
  const told = receipt === null ? new Map<string, CopyFacts>() : madeIn(receipt);
  const removed = new Set(receipt?.mailboxes.flatMap((copy) => copy.removed ?? []) ?? []);
  const findings: Finding[] = [];
  const fault = (kind: Finding['fault'], user: string, text: string): void =>
    void findings.push({ invariant: 'I3', fault: kind, where: `${name} in ${user}`, text });
  // What was removed may lie among what is deleted, but not where it was.
  const byUser = Map.groupBy(
    messages.filter(({ id, folder }) => folder === FOLDER || !removed.has(id)),
    ({ user }) => user,
  );
  for (const [user, found] of byUser) {
    if (!expected.mailboxes.includes(user))
      fault('wrong-mailbox', user, 'it does not belong there');
    if (found.length > 1) fault('doubled', user, `it lies there ${String(found.length)} times`);
  }
  for (const user of expected.mailboxes) {
    const found = byUser.get(user) ?? [];
    if (found.length === 0 && expected.isRemovedByUser !== true)
      fault('lost', user, 'it is not there');
    if (!told.has(user)) fault('wrong-state', user, 'the receipt does not tell of it');
    const [copy] = found;
    if (found.length === 1 && copy !== undefined && told.get(user)?.messageId !== copy.id) {
      fault('wrong-state', user, 'the receipt names another message');
    }
  }
  for (const user of told.keys()) {
    if (!expected.mailboxes.includes(user))
      fault('wrong-state', user, 'a receipt tells of it there');
  }
  return findings;
}

/** What was sent is what lies there: text, attachments, time; and so says the staged message. */
function bytesOf({ item, name, messages, eml, receipts }: Case, truth: Truth): Finding[] {
  const findings: Finding[] = [];
  const fault = (where: string, text: string): void =>
    void findings.push({ invariant: 'I4', fault: 'bytes-differ', where, text });
  const { omitted = [] } = truth.endOf(item);
  const expected = item.attachments.filter((file) => !omitted.includes(file.name)).map(printed);
  for (const message of messages) {
    const where = `${name} in ${message.user}`;
    if (!folded(message.text).includes(folded(item.text))) fault(where, 'its text is not whole');
    if (message.isDraft) fault(where, 'it is a draft');
    if (message.receivedAt !== item.at) fault(where, 'it stands at another time');
    if (message.attachments.map(printed).sort().join() !== expected.sort().join()) {
      fault(where, 'its attachments are others');
    }
  }
  if (eml !== null && eml.metadata['sha256'] !== eml.sha256) {
    fault(eml.path, 'its bytes are not those that were digested');
  }
  for (const { path, receipt } of receipts) {
    if (receipt.itemSha256 !== digestOf(item.eml)) fault(path, 'it tells of another item');
    const isSame = receipt.messageSha256 === null || receipt.messageSha256 === eml?.sha256;
    if (!isSame) fault(path, 'it tells of another message');
  }
  return findings;
}

function printed({ name, sha256 }: { name: string; sha256: string }): string {
  return `${name} ${sha256}`;
}

function folded(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
