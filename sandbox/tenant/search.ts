import { GraphFailure } from './answer.ts';
import type { Party } from './stored.ts';

/** What a search looks at; the body as text. */
export interface Searched {
  readonly subject: string;
  readonly body: string;
  readonly from: readonly Party[];
  readonly to: readonly Party[];
  readonly cc: readonly Party[];
  readonly bcc: readonly Party[];
  readonly receivedAt: string;
  readonly sentAt: string;
  readonly attachmentNames: readonly string[];
  readonly importance: string;
  readonly sizeBytes: number;
}

type Test = (message: Searched) => boolean;

/** The properties that Graph documents for messages, as texts whose words are looked at. */
const TEXTS: Readonly<Record<string, (message: Searched) => readonly string[]>> = {
  subject: ({ subject }) => [subject],
  body: ({ body }) => [body],
  from: ({ from }) => partyTexts(from),
  to: ({ to }) => partyTexts(to),
  cc: ({ cc }) => partyTexts(cc),
  bcc: ({ bcc }) => partyTexts(bcc),
  recipients: ({ to, cc, bcc }) => partyTexts([...to, ...cc, ...bcc]),
  participants: ({ from, to, cc, bcc }) => partyTexts([...from, ...to, ...cc, ...bcc]),
  attachment: ({ attachmentNames }) => attachmentNames,
  importance: ({ importance }) => [importance],
  hasattachment: ({ attachmentNames }) => [String(attachmentNames.length > 0)],
  kind: () => ['email'],
};
const NUMBERS: Readonly<Record<string, (message: Searched) => { at: number; step: number }>> = {
  received: ({ receivedAt }) => ({ at: Date.parse(receivedAt), step: 86_400_000 }),
  sent: ({ sentAt }) => ({ at: Date.parse(sentAt), step: 86_400_000 }),
  size: ({ sizeBytes }) => ({ at: sizeBytes, step: 1 }),
};
const BY_DEFAULT = ['from', 'subject', 'body'];
const TOKEN = /\s*(?:([()])|(\w+)(:|>=|<=|>|<|=)("[^"]*"|[^\s()"]+)|("[^"]*"|[^\s()"]+))/y;

/**
 * Whether a message meets `$search`: the part of KQL that Graph documents for messages. Words beside
 * each other must all be there; `AND`, `OR`, `NOT`, parentheses, phrases, a `*` at a word's end.
 *
 * @see https://learn.microsoft.com/en-us/graph/search-query-parameter
 * @throws {GraphFailure} 400
 */
export function searchTest(text: string): Test {
  const quoted = /^\s*"([^]*)"\s*$/.exec(text);
  if (quoted === null) throw invalid('The value must stand in double quotes.');
  const tokens = tokensOf((quoted[1] ?? '').replaceAll('\\"', '"'));
  const test = anyOf(tokens);
  if (tokens.length > 0) throw invalid(`It ends too early, before '${tokens[0]?.text ?? ''}'.`);
  return test;
}

interface Token {
  readonly text: string;
  readonly test: Test | null;
}

function tokensOf(source: string): Token[] {
  const found: Token[] = [];
  const end = source.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(source);
    if (match === null) throw invalid(`'${source}' cannot be read.`);
    const [text, sign, property, by = ':', value = '', words] = match;
    if (property !== undefined) found.push({ text, test: propertyTest(property, by, value) });
    else if (words === undefined || /^(AND|OR|NOT)$/.test(words)) {
      found.push({ text: sign ?? words ?? '', test: null });
    } else
      found.push({ text, test: (message) => BY_DEFAULT.some((one) => has(message, one, words)) });
  }
  return found;
}

function anyOf(tokens: Token[]): Test {
  const tests = [allOf(tokens)];
  while (tokens[0]?.text === 'OR') {
    tokens.shift();
    tests.push(allOf(tokens));
  }
  return (message) => tests.some((test) => test(message));
}

function allOf(tokens: Token[]): Test {
  const tests = [one(tokens)];
  while (tokens.length > 0 && tokens[0]?.text !== 'OR' && tokens[0]?.text !== ')') {
    if (tokens[0]?.text === 'AND') tokens.shift();
    tests.push(one(tokens));
  }
  return (message) => tests.every((test) => test(message));
}

function one(tokens: Token[]): Test {
  const token = tokens.shift();
  if (token?.text === 'NOT') {
    const inner = one(tokens);
    return (message) => !inner(message);
  }
  if (token?.text === '(') {
    const inner = anyOf(tokens);
    if (tokens.shift()?.text !== ')') throw invalid('A parenthesis is not closed.');
    return inner;
  }
  const test = token?.test ?? null;
  if (test === null) throw invalid(`A word is missing at '${token?.text ?? ''}'.`);
  return test;
}

function propertyTest(name: string, by: string, value: string): Test {
  const property = name.toLowerCase();
  const number = NUMBERS[property];
  if (number !== undefined) {
    const [from = '', to = from] = value.replaceAll('"', '').split('..');
    return (message) => inRange(number(message), by, valueOf(from), valueOf(to));
  }
  if (TEXTS[property] === undefined) throw invalid(`The property '${name}' cannot be searched.`);
  return (message) => has(message, property, value);
}

/** A day counts whole: `received:2026-11-23` is every time of it. */
function inRange(of: { at: number; step: number }, by: string, from: number, to: number): boolean {
  if (by === '>') return of.at >= from + of.step;
  if (by === '>=') return of.at >= from;
  if (by === '<') return of.at < from;
  if (by === '<=') return of.at < from + of.step;
  return of.at >= from && of.at < to + of.step;
}

function valueOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  const iso = text.replace(
    /^(\d\d?)\/(\d\d?)\/(\d{4})$/,
    (_, month: string, day: string, year: string) =>
      `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`,
  );
  const time = Date.parse(iso);
  if (Number.isNaN(time)) throw invalid(`'${text}' is no date and no number.`);
  return time;
}

function has(message: Searched, property: string, value: string): boolean {
  const isPrefix = /\*"?$/.test(value);
  const wanted = wordsOf(value);
  const texts = TEXTS[property]?.(message) ?? [];
  return wanted.length > 0 && texts.some((text) => hasWords(wordsOf(text), wanted, isPrefix));
}

/** The words one after another, the last one perhaps only by its beginning. */
function hasWords(words: readonly string[], wanted: readonly string[], isPrefix: boolean): boolean {
  const last = wanted.length - 1;
  return words.some((_, at) =>
    wanted.every((word, offset) => {
      const found = words[at + offset] ?? '';
      return isPrefix && offset === last ? found.startsWith(word) : found === word;
    }),
  );
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}\p{N}_]+/gu) ?? [];
}

function partyTexts(parties: readonly Party[]): string[] {
  return parties.flatMap(({ name, address }) => [name, address]);
}

function invalid(why: string): GraphFailure {
  return new GraphFailure(400, 'BadRequest', `Syntax error in the query parameter $search. ${why}`);
}
