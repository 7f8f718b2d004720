import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';
import type { NumberClass } from './item.ts';

/** A number as the one form that mapping, item key and search compare; null when there is none. */
export interface PhoneNumber {
  /** `+447700900123`, `85500`, `BANK`; null when withheld or unparseable. */
  readonly number: string | null;
  readonly numberClass: NumberClass;
}

/** What the vendor and carriers write in place of a number (docs/source-format.md). */
const WITHHELD: ReadonlySet<string> = new Set([
  '',
  'unknown',
  'withheld',
  'number withheld',
  'withheld number',
  'anonymous',
  'private',
  'private number',
  'restricted',
  'unavailable',
  'no caller id',
  'insert-address-token',
  '999999999',
]);

/** Longer display names are hostile; the patterns below are quadratic in their length. */
const MAX_LENGTH = 500;
/** Bidi and zero-width characters that phones put around numbers; libphonenumber refuses them. */
const INVISIBLE = /[\u00AD\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;
/** In a number as invisible as those; in a name they make emoji and Persian words. */
const JOINERS = /[\u200C\u200D]/gu;
/** Address form of MMS (3GPP TS 23.140 8.3.1.1). */
const MMS_SUFFIX = /\/TYPE=[^@\s]*(@\S*)?$/iu;
/** After a number: the parameters of RFC 3966, or a second number. */
const LIST_SUFFIX = /(?<=^[+\p{Nd}(][^;,]*)[;,].*$/u;
const PREFIX = /^(tel|sms|smsto|mmsto|callto):/iu;
/** The user of a SIP address is the number, its host the network's (RFC 3261 19.1.6). */
const SIP = /^sips?:([^@;]*).*$/iu;
/** Arabic-Indic, Persian and full-width digits: the last hexadecimal digit of each is its value. */
const FOREIGN_DIGIT = /[\u0660-\u0669\u06F0-\u06F9\uFF10-\uFF19]/gu;
const SHORT_CODE = /^[\d*#]{2,8}$/u;
/** GSM sender names: at most 11 characters with a letter among them (3GPP TS 23.040 9.1.2.5). */
const SENDER_NAME = /^(?=.*\p{L})[\p{L}\p{N} .&_+'!/-]{1,11}$/u;
/** Ofcom's mobile numbers for fiction: of no holder, and written like any that has one. */
const FICTION = /^\+447700900\d{3}$/u;

/**
 * Normalises one number, sender name or placeholder. Numbers without "+" are taken as the vendor
 * writes them, international, when that or the national reading of `defaultCountry` (ISO 3166, two
 * letters) is possible. Possible, not valid: Ofcom's 07700 900000–900999 are never valid.
 */
export function normalisePhoneNumber(text: string, defaultCountry: string): PhoneNumber {
  const bare = asciiDigits(withoutJoiners(visibleText(text)))
    .replace(/^＋/u, '+')
    .replace(SIP, '$1')
    .replace(PREFIX, '')
    .replace(LIST_SUFFIX, '')
    .replace(MMS_SUFFIX, '')
    .trim();
  if (WITHHELD.has(bare.toLowerCase().replace(/^\+/u, ''))) return withheld();
  const number = toE164(bare, defaultCountry);
  if (number !== null) return { number, numberClass: 'e164' };
  if (SHORT_CODE.test(bare)) return { number: bare, numberClass: 'short-code' };
  if (SENDER_NAME.test(bare)) return { number: bare, numberClass: 'alphanumeric' };
  return { number: null, numberClass: 'unparseable' };
}

/** A text without what nobody sees in it, and no longer than a name can be. */
export function visibleText(text: string): string {
  return text.slice(0, MAX_LENGTH).replace(INVISIBLE, '').trim();
}

/** Without the characters that join letters; those of emoji and Persian words are lost. */
export function withoutJoiners(text: string): string {
  return text.replace(JOINERS, '');
}

/** Whether digits stand in place of a number that is not known. */
export function isPlaceholder(digits: string): boolean {
  return WITHHELD.has(digits);
}

/** A number that was written in digits alone, perhaps after "+". */
export interface DigitsRead {
  /** In its one form: `+447700900123`. */
  readonly number: string;
  readonly callingCode: string;
  /** Whether the digits began with the calling code. */
  readonly isInternational: boolean;
  /** Whether a country gives it out; Ofcom's for fiction count as given out. */
  readonly isValid: boolean;
}

/** Reads digits alone, perhaps after "+"; null when they are no possible number. */
export function readDigits(text: string, defaultCountry: string): DigitsRead | null {
  const digits = asciiDigits(text);
  const number = toE164(digits, defaultCountry);
  const read = number === null ? null : parse(number, defaultCountry);
  if (number === null || read === null) return null;
  return {
    number,
    callingCode: read.countryCallingCode,
    isInternational: number === `+${digits.replace(/^\+/u, '')}`,
    isValid: FICTION.test(number) || read.isValid(),
  };
}

function asciiDigits(text: string): string {
  return text.replace(FOREIGN_DIGIT, (digit) => String(digit.charCodeAt(0) & 0xf));
}

function withheld(): PhoneNumber {
  return { number: null, numberClass: 'withheld' };
}

/**
 * Reads the number as a national and, because `447700900123` and `353861234567` both come without
 * "+", as an international one. Where both are possible and differ, the valid one stands, else the
 * national.
 */
function toE164(text: string, defaultCountry: string): string | null {
  const national = parse(text, defaultCountry);
  const international = /^[1-9]/u.test(text) ? parse(`+${text}`, defaultCountry) : null;
  if (national === null || international?.number === national.number) {
    return international?.number ?? null;
  }
  const isForeign = !national.isValid() && international?.isValid() === true;
  return isForeign ? international.number : national.number;
}

function parse(text: string, defaultCountry: string) {
  // With extraction on, "1-800-FLOWERS" becomes +441800.
  const number = parsePhoneNumberFromString(text, {
    defaultCountry: defaultCountry as CountryCode,
    extract: false,
  });
  return number?.isPossible() === true ? number : null;
}
