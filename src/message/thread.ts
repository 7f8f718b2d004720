import { createHash } from 'node:crypto';
import type { Item, Party } from '../domain/item.ts';
import type { Conversation, Message } from '../domain/message.ts';
import { partyNumber } from './party-name.ts';
import { subjectOf } from './subject.ts';
import { cut, oneLine } from './visible-text.ts';

const MAX_TOPIC_LENGTH = 255;
/** From 1601, where FILETIME begins, to 1970. */
const FILETIME_EPOCH_MS = 11_644_473_600_000;

/**
 * What ties the messages of one conversation together. Its thread is the vendor's thread id, which
 * is often absent; then the group's id, and of a message without either the people who wrote and
 * received it, whichever of them wrote: as on a phone. A call or a system event without a thread id
 * belongs to no conversation.
 *
 * An edit or a deletion names its original by the vendor's id, of which no Message-ID can be made: so
 * every message refers to its own item, and an edit to the item of its original.
 */
export function threadOf(
  item: Item,
  messageIdDomain: string,
): Pick<Message, 'references' | 'inReplyTo' | 'conversation'> {
  const thread = threadDigest(item);
  const itemId = item.originalSourceId ?? item.sourceId;
  const itemReference =
    itemId === null || itemId === ''
      ? null
      : `<item-${digestOf('item', itemId)}@${messageIdDomain}>`;
  const threadReference = thread === null ? null : `<thread-${thread}@${messageIdDomain}>`;
  return {
    references: [threadReference, itemReference].filter((reference) => reference !== null),
    inReplyTo: item.originalSourceId === null ? null : itemReference,
    conversation: thread === null ? null : conversationOf(item, thread),
  };
}

function threadDigest(item: Item): string | null {
  if (item.threadId !== null) return digestOf('thread', item.threadId);
  if (item.kind === 'call' || item.event === 'system') return null;
  const groupId = groupIdOf(item);
  if (groupId !== null) return digestOf('group', groupId);
  const people = peopleOf(item).map(({ number, address }) => number ?? address);
  if (people.length < 2 || people.includes(null)) return null;
  return digestOf('people', JSON.stringify([item.groupName, ...new Set(people.sort())]));
}

/** Sender and recipients; the owner who is none of them may be one of them under another name. */
function peopleOf(item: Item): Party[] {
  return item.parties.filter(({ role }) => role !== 'owner');
}

function groupIdOf(item: Item): string | null {
  const header = item.sourceHeaders.find(
    ({ name }) => name.toLowerCase() === 'x-telemessage-groupid',
  );
  return header === undefined || header.value.trim() === '' ? null : header.value.trim();
}

/** 40 hex digits of what we know only by the source's words, which may hold any character. */
function digestOf(kind: 'thread' | 'group' | 'people' | 'item', id: string): string {
  return createHash('sha256').update(`${kind}:${id}`).digest('hex').slice(0, 40);
}

/**
 * @see [MS-OXOMSG] 2.2.1.3: one byte 1, five of the time, sixteen of a GUID that is the conversation's;
 * 2.2.1.2: PidTagConversationId is that GUID when PidTagConversationIndexTracking is set.
 */
function conversationOf(item: Item, thread: string): Conversation {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(Date.parse(item.at) + FILETIME_EPOCH_MS) * 10_000n);
  const guid = Buffer.from(thread, 'hex').subarray(0, 16);
  const index = Buffer.concat([Buffer.from([1]), time.subarray(1, 6), guid]);
  return { topic: topicOf(item), index: index.toString('base64') };
}

/** The group, else the people in an order that does not depend on who wrote. */
function topicOf(item: Item): string {
  const people = peopleOf(item).map((party) => partyNumber(party) ?? oneLine(party.address ?? ''));
  const known = [...new Set(people.filter((person) => person !== ''))].sort();
  const topic = oneLine(item.groupName ?? '') || known.join(', ') || subjectOf(item);
  return cut(topic, MAX_TOPIC_LENGTH);
}
