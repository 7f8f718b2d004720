import { createHash } from 'node:crypto';
import { GraphFailure } from './answer.ts';
import { isObject, listOf, textOf } from './request-body.ts';
import type { JsonObject } from './request-body.ts';
import type { StoredMessage, StoredProperty } from './stored.ts';

/** MAPI properties with a meaning of their own, in the form Graph prints. [MS-OXPROPS] */
export const MESSAGE_FLAGS = 'Integer 0xe07';
const DELIVERY_TIME = 'SystemTime 0xe06';
const SUBMIT_TIME = 'SystemTime 0x39';
const MESSAGE_CLASS = 'String 0x1a';
const INTERNET_MESSAGE_ID = 'String 0x1035';
const SUBJECT = 'String 0x37';
const MESSAGE_SIZE = 'Integer 0xe08';
const CONVERSATION_TOPIC = 'String 0x70';
const CONVERSATION_INDEX = 'Binary 0x71';
const CONVERSATION_INDEX_TRACKING = 'Boolean 0x3016';
const CONVERSATION_HEADER_BYTES = 22;

/** PR_MESSAGE_FLAGS: read, and not sent yet. */
const MSGFLAG_READ = 0x1;
const MSGFLAG_UNSENT = 0x8;

const TYPES = [
  'ApplicationTime',
  'Binary',
  'Boolean',
  'CLSID',
  'Currency',
  'Double',
  'Float',
  'Integer',
  'Long',
  'Short',
  'String',
  'SystemTime',
];

/** How a value must look by the type of its property. */
const FORMS = [
  { ids: /^(Integer|Long|Short) /, form: /^-?\d{1,19}$/ },
  { ids: /^Boolean /, form: /^(true|false)$/i },
  { ids: /^Binary /, form: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/ },
] as const;

/** What the extended properties of a create request say about the message itself. */
export interface Effects {
  /** Null when 0x0E07 is absent: then the message is a draft. */
  readonly isUnsent: boolean | null;
  readonly isRead: boolean | null;
  readonly receivedAt: string | null;
  readonly sentAt: string | null;
  readonly properties: readonly StoredProperty[];
}

/**
 * The id as Graph prints it: type as documented, tag in lower-case hex without leading zeros, GUID in
 * lower case, name untouched (names are case-sensitive). Null when it is no property id.
 */
export function canonicalPropertyId(id: string): string | null {
  const tagged = /^(\w+)\s+0x([0-9a-f]{1,8})$/i.exec(id.trim());
  const named = /^(\w+)\s+\{?([0-9a-f-]{36})\}?\s+(?:Name\s+(\S.*)|Id\s+0x([0-9a-f]{1,8}))$/i.exec(
    id.trim(),
  );
  const type = TYPES.find((name) => name.toLowerCase() === (tagged ?? named)?.[1]?.toLowerCase());
  if (type === undefined) return null;
  if (tagged?.[2] !== undefined) return `${type} 0x${Number.parseInt(tagged[2], 16).toString(16)}`;
  const guid = `{${named?.[2]?.toLowerCase() ?? ''}}`;
  if (named?.[3] !== undefined) return `${type} ${guid} Name ${named[3]}`;
  return `${type} ${guid} Id 0x${Number.parseInt(named?.[4] ?? '', 16).toString(16)}`;
}

/** Reads `singleValueExtendedProperties` of a create request. @throws {GraphFailure} 400 */
export function readProperties(body: JsonObject): Effects {
  const properties = listOf(body, 'singleValueExtendedProperties').map(readProperty);
  const valueOf = (id: string) => properties.findLast((one) => one.id === id)?.value ?? null;
  const flags = valueOf(MESSAGE_FLAGS);
  return {
    isUnsent: flags === null ? null : (Number(flags) & MSGFLAG_UNSENT) !== 0,
    isRead: flags === null ? null : (Number(flags) & MSGFLAG_READ) !== 0,
    receivedAt: valueOf(DELIVERY_TIME),
    sentAt: valueOf(SUBMIT_TIME),
    properties,
  };
}

/** All properties a reader can ask for: those given at creation and those the store computes. */
export function propertiesOf(message: StoredMessage): StoredProperty[] {
  const flags = (message.isRead ? MSGFLAG_READ : 0) | (message.isDraft ? MSGFLAG_UNSENT : 0);
  const computed = [
    { id: MESSAGE_FLAGS, value: String(flags) },
    { id: DELIVERY_TIME, value: message.receivedAt },
    { id: SUBMIT_TIME, value: message.sentAt },
    { id: INTERNET_MESSAGE_ID, value: message.internetMessageId },
    { id: SUBJECT, value: message.subject },
    { id: MESSAGE_SIZE, value: String(sizeOf(message)) },
  ];
  const given = message.properties.filter(({ id }) => computed.every((one) => one.id !== id));
  const hasClass = given.some(({ id }) => id === MESSAGE_CLASS);
  return [...computed, ...(hasClass ? [] : [{ id: MESSAGE_CLASS, value: 'IPM.Note' }]), ...given];
}

/**
 * What decides the message's conversation: the GUID of its index when that is tracked, else its topic
 * in upper case; null where neither is given. [MS-OXOMSG] 2.2.1.2
 */
export function conversationOf(properties: readonly StoredProperty[]): Buffer | null {
  const valueOf = (id: string) => properties.findLast((one) => one.id === id)?.value ?? '';
  const index = Buffer.from(valueOf(CONVERSATION_INDEX), 'base64');
  const isTracked = valueOf(CONVERSATION_INDEX_TRACKING).toLowerCase() === 'true';
  if (isTracked && index.length >= CONVERSATION_HEADER_BYTES && index[0] === 1) {
    return index.subarray(6, CONVERSATION_HEADER_BYTES);
  }
  const topic = valueOf(CONVERSATION_TOPIC).slice(0, 255).toUpperCase();
  return topic === '' ? null : createHash('md5').update(Buffer.from(topic, 'utf16le')).digest();
}

/** What counts against the mailbox's limit of one message: body and attachments as they are. */
export function sizeOf(message: Pick<StoredMessage, 'body' | 'attachments'>): number {
  return message.attachments.reduce(
    (sum, { place }) => sum + place.sizeBytes,
    message.body.place.sizeBytes,
  );
}

/** ISO 8601 UTC in seconds, as Graph prints times; a time without a zone is UTC. Null if unreadable. */
function graphTime(text: string): string | null {
  if (!/^\d{4}-\d\d-\d\d(T|$)/.test(text)) return null;
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes('T');
  const time = new Date(hasZone ? text : `${text}Z`);
  return Number.isNaN(time.getTime()) ? null : `${time.toISOString().slice(0, 19)}Z`;
}

function readProperty(given: unknown): StoredProperty {
  const id = isObject(given) ? canonicalPropertyId(textOf(given, 'id') ?? '') : null;
  if (id === null || !isObject(given)) {
    throw new GraphFailure(400, 'ErrorInvalidExtendedProperty', 'The property id is invalid.');
  }
  const value = textOf(given, 'value') ?? '';
  const stored = id.startsWith('SystemTime ') ? graphTime(value) : value;
  if (stored === null || FORMS.some(({ ids, form }) => ids.test(id) && !form.test(stored))) {
    throw new GraphFailure(
      400,
      'ErrorInvalidExtendedPropertyValue',
      `The value of the property '${id}' does not match its type.`,
    );
  }
  return { id, value: stored };
}
