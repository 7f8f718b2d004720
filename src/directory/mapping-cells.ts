import { isArchiveDay } from '../domain/archive-day.ts';
import { normalisePhoneNumber } from '../domain/phone-number.ts';
import { isAddress } from './users.ts';

export type Column = 'mobileNumber' | 'email' | 'validFrom' | 'validTo';

/** A cell's value, or what is wrong with it. */
export type Cell<T> =
  | { readonly value: T; readonly fault: null }
  | { readonly fault: { readonly problem: string; readonly cure: string } };

/** `4.47701E+11`, with whichever decimal mark. */
const IN_SCIENCE = /^\d+([.,]\d+)?E\+?\d+$/i;
/** `="+447700900123"` and `'+447700900123`: how spreadsheets are told to keep a text. */
const AS_TEXT = /^(?:="(.*)"|'(.*))$/;

/** A mobile number in its one form. It must be possible, not valid. */
export function readNumber(cell: string, defaultCountry: string): Cell<string> {
  const text = cell.replace(AS_TEXT, '$1$2');
  if (text === '') return fault('There is no number.', 'Write one, or remove the row.');
  if (IN_SCIENCE.test(text)) {
    return fault(
      'A spreadsheet has turned the number into a power of ten; its last digits are lost.',
      'Set the column to Text, enter the number again and save the file anew.',
    );
  }
  const bare = text.replaceAll(/[\s().-]/g, '');
  if (/^[1-9]\d*([.,]0+)?$/.test(bare) && bare.length > 8 && !isComplete(bare, defaultCountry)) {
    return fault(
      'The number has lost its "+" or its leading 0.',
      'Write it with "+" and country code, in a column of type Text.',
    );
  }
  const { number, numberClass } = normalisePhoneNumber(text.replace(/^00/, '+'), defaultCountry);
  if (number === null || numberClass !== 'e164') {
    return fault(
      'This cannot be a mobile number.',
      'Write it with "+" and country code and nothing else.',
    );
  }
  return { value: number, fault: null };
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
  const address = cell.replace(/^mailto:/i, '').toLowerCase();
  if (address === '') return fault('There is no address.', 'Write one, or remove the row.');
  if (isAddress(address) && address.includes('.', address.indexOf('@'))) {
    return { value: address, fault: null };
  }
  return fault(
    'This is no e-mail address.',
    'Write one address of the form name@example.com, without name or brackets.',
  );
}

/** A day, or a time of UTC with its Z; an empty cell sets no bound. `timeOfDay` completes a day. */
export function readTime(cell: string, timeOfDay: string): Cell<string | null> {
  if (cell === '') return { value: null, fault: null };
  if (isArchiveDay(cell)) return { value: `${cell}${timeOfDay}`, fault: null };
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(cell) && !Number.isNaN(Date.parse(cell))) {
    return { value: cell, fault: null };
  }
  return fault('This is no day.', 'Write it as YYYY-MM-DD.');
}

function fault(problem: string, cure: string): Cell<never> {
  return { fault: { problem, cure } };
}
