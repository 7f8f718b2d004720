import { isArchiveDay } from '../domain/archive-day.ts';
import { normalisePhoneNumber } from '../domain/phone-number.ts';
import { isAddress } from './users.ts';

export type Column = 'mobileNumber' | 'email' | 'validFrom' | 'validTo';

/** What is wrong with a cell, and what to type instead. */
export interface CellFault {
  readonly problem: string;
  readonly cure: string;
}

/** A cell's value, or what is wrong with it. */
export type Cell<T> = { readonly value: T; readonly fault: null } | { readonly fault: CellFault };

/** `4.47701E+11`, with whichever decimal mark. */
const IN_SCIENCE = /^\d+([.,]\d+)?E\+?\d+$/i;
/** `447701000000`: the same, written out. The six digits that a cell shows of it are left. */
const OUT_OF_SCIENCE = /^[1-9]\d+0{5}$/;
/** `447700900123.0`: a spreadsheet has taken the number for an amount. */
const DECIMALS = /^([^.,]*\d)[.,]0{1,2}$/;
/** `="+447700900123"` and `'+447700900123`: how spreadsheets are told to keep a text. */
const AS_TEXT = /^(?:="(.*)"|'(.*))$/;
/** Two numbers, or a number with something behind it. */
const MORE_THAN_ONE = /\d.*[;,/|\n\r]/s;
const LOOK_UP =
  'Look the number up, write it with "+" and country code in a column of type Text, and save the file anew.';
/** Zero-width and bidi characters, which come along when a cell is copied from a mail or a chat. */
const INVISIBLE = /[\u00AD\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;
/** Shorter ones are short codes. */
const MIN_LOST_DIGITS = 9;
/** 1 is 1900-01-01 in spreadsheets; 60,000 lies in 2064. */
const DAY_OF_SPREADSHEET = /^[1-5]\d{4}$/;
const DAY_ZERO_MS = Date.UTC(1899, 11, 30);
const DAY_MS = 86_400_000;

/** A cell without what nobody sees: spaces around it, non-breaking ones too, zero-width characters. */
export function clean(cell: string): string {
  return cell
    .replace(INVISIBLE, '')
    .replaceAll(/[^\S\r\n]/gu, ' ')
    .trim();
}

/** A mobile number in its one form. It must be possible, not valid. */
export function readNumber(cell: string, defaultCountry: string): Cell<string> {
  const text = cell.replace(AS_TEXT, '$1$2').trim();
  const read = (number: string): string | null => {
    const { number: found, numberClass } = normalisePhoneNumber(number, defaultCountry);
    return numberClass === 'e164' ? found : null;
  };
  const instead = (number: string): string => {
    const found = read(number);
    return found === null
      ? 'Write it with "+" and country code and nothing else, in a column of type Text.'
      : `Write ${found}, in a column of type Text.`;
  };

  if (text === '') return fault('There is no number.', 'Write one, or remove the row.');
  if (IN_SCIENCE.test(text)) {
    return fault(
      'A spreadsheet has turned the number into a power of ten; its last digits are lost.',
      LOOK_UP,
    );
  }
  const amount = DECIMALS.exec(text)?.[1];
  if (amount !== undefined) {
    return fault('A spreadsheet has added decimals to the number.', instead(amount));
  }
  if (MORE_THAN_ONE.test(text)) {
    return fault(
      'There is more than one number in the cell.',
      `${instead(text.split(/[;,/|\r\n]/)[0] ?? '')} Each further number gets a row of its own.`,
    );
  }
  const number = read(text.replace(/^00/, '+'));
  if (number === null) {
    return fault(
      'This cannot be a mobile number.',
      'Write it with "+" and country code and nothing else.',
    );
  }
  const bare = text.replaceAll(/[\s().-]/g, '');
  const hasStart = !/^[1-9]\d*$/.test(bare) || bare.length < MIN_LOST_DIGITS;
  if (hasStart || isComplete(bare, defaultCountry)) return { value: number, fault: null };
  if (OUT_OF_SCIENCE.test(bare)) {
    return fault(
      'The number ends in noughts: a spreadsheet has probably turned it into a power of ten and back; its last digits are lost.',
      LOOK_UP,
    );
  }
  return fault('The number has lost its "+" or its leading 0.', instead(text));
}

/**
 * Whether digits alone are a whole national number: where numbers are dialled without a leading 0,
 * such as +1, a 0 in front makes them another number or none.
 */
function isComplete(digits: string, defaultCountry: string): boolean {
  const number = normalisePhoneNumber(digits, defaultCountry).number;
  const withPlus = normalisePhoneNumber(`+${digits}`, defaultCountry).number;
  const withZero = normalisePhoneNumber(`0${digits}`, defaultCountry).number;
  return number !== null && number !== withPlus && number !== withZero;
}

export function readAddress(cell: string): Cell<string> {
  const address = cell
    .replace(/^="(.*)"$/, '$1')
    .replace(/^mailto:/i, '')
    .toLowerCase();
  if (address === '') return fault('There is no address.', 'Write one, or remove the row.');
  if (isWholeAddress(address)) return { value: address, fault: null };
  const [meant, another] = address
    .split(/[\s<>"'(),;|[\]]+/)
    .filter((part) => isWholeAddress(part));
  if (another !== undefined) {
    return fault('There is more than one address in the cell.', 'Keep the one of the mailbox.');
  }
  return fault(
    'This is no e-mail address.',
    meant === undefined
      ? 'Write one address of the form name@example.com, without name or brackets.'
      : `Write ${meant}.`,
  );
}

function isWholeAddress(text: string): boolean {
  return isAddress(text) && text.includes('.', text.indexOf('@')) && !text.startsWith("'");
}

/**
 * A day, or a time of UTC with its Z; an empty cell sets no bound. `timeOfDay` completes a day: its
 * first second for validFrom, its last for validTo, both of UTC.
 */
export function readTime(cell: string, timeOfDay: string): Cell<string | null> {
  const text = cell.replace(AS_TEXT, '$1$2').trim();
  if (text === '') return { value: null, fault: null };
  if (isArchiveDay(text)) return { value: `${text}${timeOfDay}`, fault: null };
  const day = text.slice(0, 10);
  if (/^.{10}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/.test(text) && isArchiveDay(day)) {
    return { value: text, fault: null };
  }
  const days = daysMeant(text);
  return fault(
    'This is no day.',
    days.length === 0 ? 'Write it as YYYY-MM-DD.' : `Write it as YYYY-MM-DD: ${days.join(' or ')}.`,
  );
}

/** The days that a foreign form can stand for: `01/02/2026` is of January or of February. */
function daysMeant(text: string): string[] {
  if (DAY_OF_SPREADSHEET.test(text)) {
    return [new Date(DAY_ZERO_MS + Number(text) * DAY_MS).toISOString().slice(0, 10)];
  }
  const [, first = '', second = '', year = ''] =
    /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b/.exec(text) ?? [];
  const [one, other] = [first.padStart(2, '0'), second.padStart(2, '0')];
  const days = [`${year}-${other}-${one}`, `${year}-${one}-${other}`, text.slice(0, 10)];
  return [...new Set(days.filter(isArchiveDay))];
}

function fault(problem: string, cure: string): Cell<never> {
  return { fault: { problem, cure } };
}
