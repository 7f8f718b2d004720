import { createHash } from 'node:crypto';
import { ABROAD } from './abroad.ts';
import { callItem } from './call-item.ts';
import { CALLS } from './calls.ts';
import { mediaOf, type MediaName } from './media.ts';
import { OFFICE } from './office.ts';
import { displayOf, personOf, type PersonId } from './people.ts';
import { digestOf, timeOf, type SampleFlag, type SampleItem } from './sample-item.ts';
import type { Change, Clock, Conversation, Wire } from './script.ts';
import { CHANGES, TRAPS } from './traps.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** All items of the day, by time. The same day gives the same items. */
export function sampleItems(day: string): readonly SampleItem[] {
  const conversations = [...OFFICE, ...ABROAD, ...TRAPS];
  const messages = conversations.flatMap((conversation) =>
    conversation.lines.flatMap((_, line) =>
      conversation.captures.map((owner) => messageItem(day, conversation, line, owner)),
    ),
  );
  const changes = CHANGES.flatMap((change) => {
    const conversation = conversations.find(({ id }) => id === change.of.conversation);
    if (conversation === undefined) throw new Error(`no conversation ${change.of.conversation}`);
    return conversation.captures.map((owner) => changeItem(day, conversation, change, owner));
  });
  const calls = CALLS.flatMap((call, index) =>
    call.captures.map((owner) => callItem(day, call, index, owner)),
  );
  return [...messages, ...changes, ...calls].sort(
    (a, b) => a.sentMs - b.sentMs || (a.label < b.label ? -1 : 1),
  );
}

function messageItem(
  day: string,
  conversation: Conversation,
  line: number,
  owner: PersonId,
): SampleItem {
  const { at, by, text, media, wire } = lineOf(conversation, line);
  const label = `${conversation.id}/${line}@${owner}`;
  const kind = media.length > 0 ? 'mms' : 'sms';
  const sentMs = messageTime(day, conversation.id, at, line, wire, owner !== by);
  return {
    label,
    kind,
    type: typeHeader(kind, wire),
    sentMs,
    owner,
    from: by,
    to: recipients(conversation, by, wire.isOwnerNotListed === true ? owner : null),
    subject: subjectOf(kind, conversation, by),
    text: wire.isEncrypted === true ? sealed(label) : text,
    media: () => media.map(mediaOf),
    sourceId: sourceIdOf(day, conversation, line, owner),
    threadId: conversation.captures.length > 1 ? null : digestOf(`thread ${conversation.id}`),
    group: conversation.group ?? null,
    status: owner === by ? 'Sent' : 'Delivered',
    flags: flagsOf(text, wire),
    wire,
  };
}

function changeItem(
  day: string,
  conversation: Conversation,
  change: Change,
  owner: PersonId,
): SampleItem {
  const original = messageItem(day, conversation, change.of.line, owner);
  const label = `${original.label}+${change.as}`;
  const id = original.sourceId;
  const quoted = `Original Message (Msg ID - ${id})\n${original.text}`;
  const edited = [
    `Edit ID - EDIT-${id}`,
    `Last Edit ID - ${id}`,
    'Previous Text:',
    original.text,
    'Edited Text:',
    change.text,
    `Original Message ID: ${id}`,
  ].join('\n');
  const [prefix, idPrefix] = {
    edit: ['EDIT READ', 'EDIT-'],
    'delete-for-all': ['DELETED For All READ', 'DELETE_FOR_ALL-'],
    'delete-for-me': ['DELETED For Me UNKNOWN', 'DELETE_FOR_ME-'],
  }[change.as];
  return {
    ...original,
    label,
    kind: 'sms',
    type: change.as === 'edit' ? 'app-message' : 'event',
    sentMs: timeOf(day, change.at, label),
    subject: `${prefix} ${original.subject}`,
    text: change.as === 'edit' ? edited : quoted,
    media: () => [],
    sourceId: `${idPrefix}${id}`,
    flags: [change.as],
    wire: {},
  };
}

function lineOf(conversation: Conversation, index: number) {
  const line = conversation.lines[index];
  if (line === undefined) throw new Error(`no line ${index} in ${conversation.id}`);
  const [at, by, text, media = [] as readonly MediaName[], wire = {}] = line;
  return { at, by, text, media, wire };
}

/** A message that goes to another phone arrives there two seconds later. */
function messageTime(
  day: string,
  id: string,
  at: Clock,
  line: number,
  wire: Wire,
  isReceived: boolean,
): number {
  if (wire.collidesAtMs !== undefined) return Date.parse(`${day}T${at}:00Z`) + 20_000;
  const eveMs = wire.isOfEveBefore === true ? DAY_MS : 0;
  return timeOf(day, at, `${id}/${line}`) - eveMs + (isReceived ? 2_000 : 0);
}

function recipients(conversation: Conversation, by: PersonId, hidden: PersonId | null) {
  const others = conversation.between.filter((id) => id !== by && id !== hidden);
  return others.length === 0 ? [by] : others;
}

function typeHeader(kind: 'sms' | 'mms', wire: Wire): string | null {
  if (wire.hasNoType === true) return null;
  if (wire.isSystemEvent === true) return 'event';
  return kind === 'mms' ? 'multimedia-message' : 'pager-message';
}

function subjectOf(kind: 'sms' | 'mms', conversation: Conversation, by: PersonId): string {
  const to = recipients(conversation, by, null).map(displayOf).join(', ');
  const where = conversation.group === undefined ? to : `chat group ${conversation.group}`;
  return `${kind.toUpperCase()} message from ${displayOf(by)} to ${where}`;
}

function sourceIdOf(day: string, conversation: Conversation, line: number, owner: PersonId) {
  const { at, by, wire } = lineOf(conversation, line);
  if (wire.collidesAtMs === undefined)
    return digestOf(`${day} ${conversation.id}/${line}@${owner}`);
  const ms = Date.parse(`${day}T${at}:00Z`) + MINUTE_MS / 3 + wire.collidesAtMs;
  return `${ms}_${personOf(by).number}_0`;
}

/** Stands for a body under the customer's own key: base64 that says nothing. */
function sealed(label: string): string {
  return createHash('sha512').update(label).digest('base64');
}

function flagsOf(text: string, wire: Wire): readonly SampleFlag[] {
  const flags: SampleFlag[] = [];
  if (wire.isOfEveBefore === true) flags.push('late');
  if (wire.isSystemEvent === true) flags.push('system');
  if (wire.isEncrypted === true) flags.push('encrypted');
  if (wire.isThousandfold === true) flags.push('time-corrected');
  if (text.endsWith('were removed')) flags.push('files-removed-at-source');
  return flags;
}
