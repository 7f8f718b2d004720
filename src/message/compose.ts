import { createHash } from 'node:crypto';
import type { Item, ItemKind } from '../domain/item.ts';
import type { Message, MessageAttachment } from '../domain/message.ts';
import { safeAttachments } from './attachment-names.ts';
import { bodyOf } from './body.ts';
import { messageParty, UNKNOWN_SENDER } from './party-name.ts';
import { subjectOf } from './subject.ts';
import { threadOf } from './thread.ts';

/**
 * Version of the conversion, kept beside each message. Whoever changes a byte that comes out of it
 * changes this too: unequal bytes of one version are an alarm.
 */
const CONVERTER = '3';

/**
 * The conversion as its messages' metadata names it: the code's version and the settings that enter
 * a message, so that a change of a setting is no alarm.
 */
export function converterVersion({
  messageIdDomain,
  maxItemBytes,
  defaultCountry,
}: Pick<ComposeOptions, 'messageIdDomain' | 'maxItemBytes'> & {
  /** By which the numbers of the items were read. */
  readonly defaultCountry: string;
}): string {
  const facts = [messageIdDomain, String(maxItemBytes), defaultCountry];
  const settings = createHash('sha256').update(facts.join('\n'));
  return `${CONVERTER}-${settings.digest('hex').slice(0, 8)}`;
}

export interface ComposeOptions {
  readonly itemKey: string;
  readonly messageIdDomain: string;
  /** MAPI message class. */
  readonly itemClass: string;
  /** Limit of the decoded attachments together. */
  readonly maxItemBytes: number;
  /** Blob path where the original is staged: the body names it for what is left out. */
  readonly stagedAt: string;
  /** Positions of attachments to leave out although they fit: a mailbox's own limit. */
  readonly omit?: readonly number[];
}

type MessageHeader = Message['headers'][number];

/** Leaves room for an encoded word on the first line, which has at most 76 characters. */
const MAX_HEADER_NAME_LENGTH = 54;

const CATEGORIES: Readonly<Record<ItemKind, string>> = {
  sms: 'O2 SMS',
  mms: 'O2 MMS',
  call: 'O2 call',
};

/**
 * The message of an item: pure, the same for the same item and options on any machine.
 * Attachments that are together larger than `maxItemBytes` lose the largest, one after another,
 * until the rest fits; `omitted` holds them, and the body says what they are and where they lie.
 */
export function composeMessage(item: Item, options: ComposeOptions): Message {
  const { itemKey, messageIdDomain, itemClass, stagedAt } = options;
  const { attachments, omitted } = divide(safeAttachments(item.attachments, item.kind), options);
  const sender = item.parties.find((party) => party.role === 'from');
  return {
    itemKey,
    messageId: `<${itemKey}@${messageIdDomain}>`,
    at: item.at,
    itemClass,
    category: CATEGORIES[item.kind],
    subject: subjectOf(item),
    ...bodyOf({ item, attachments, omitted, stagedAt }),
    from: sender === undefined ? UNKNOWN_SENDER : messageParty(sender),
    to: item.parties.filter((party) => party.role === 'to').map(messageParty),
    ...threadOf(item, messageIdDomain),
    attachments,
    omitted,
    headers: [
      ...item.sourceHeaders.map(safeHeader),
      { name: 'X-O2-Archive-Key', value: itemKey },
      { name: 'X-O2-Archive-Kind', value: item.kind },
    ],
  };
}

/** A header from outside, its name and value free of what could end them; else as it came. */
function safeHeader({ name, value }: MessageHeader): MessageHeader {
  const letters = name.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, MAX_HEADER_NAME_LENGTH);
  return {
    name: /^X-./i.test(letters) ? letters : `X-${letters}`,
    value: value
      .toWellFormed()
      .replace(/\p{Cc}/gu, ' ')
      .trim(),
  };
}

function divide(
  all: readonly MessageAttachment[],
  { omit = [], maxItemBytes }: ComposeOptions,
): { attachments: MessageAttachment[]; omitted: MessageAttachment[] } {
  const bySize = all.toSorted((a, b) => b.sizeBytes - a.sizeBytes || a.position - b.position);
  const left = new Set(omit);
  let sizeBytes = 0;
  for (const file of bySize) if (!left.has(file.position)) sizeBytes += file.sizeBytes;
  for (const file of bySize) {
    if (sizeBytes <= maxItemBytes) break;
    if (left.has(file.position)) continue;
    left.add(file.position);
    sizeBytes -= file.sizeBytes;
  }
  return {
    attachments: all.filter((file) => !left.has(file.position)),
    omitted: bySize.filter((file) => left.has(file.position)),
  };
}
