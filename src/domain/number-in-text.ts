import {
  isPlaceholder,
  normalisePhoneNumber,
  readDigits,
  visibleText,
  withoutJoiners,
  type DigitsRead,
  type PhoneNumber,
} from './phone-number.ts';

/** A number found in a longer text, such as the display name `Alice Smith 447700900123`. */
export interface FoundNumber extends PhoneNumber {
  /** What remains of the text without the number; empty when it was nothing else. */
  readonly rest: string;
}

/** A reading of neighbouring groups of digits as one number. */
interface Candidate {
  readonly number: string;
  readonly isValid: boolean;
  /** `0`, `00` or `+` says that a number begins here. */
  readonly isMarked: boolean;
  /** Whether people part a number so: `1 202 555 0123`, and not `202 555 0123` for +20 25 55 0123. */
  readonly isUsual: boolean;
  /** The groups from `first` to `last` of its run. */
  readonly first: number;
  readonly last: number;
  /** As it is written, for what remains of the text. */
  readonly written: string;
}

/** Digits and what people write between them. */
const DIGIT_RUN = /[+＋]?\(?\p{Nd}[\p{Nd}\s().-]*\p{Nd}/gu;
const DIGIT_GROUP = /(?:[+＋]\(?)?\p{Nd}+/gu;
const ONLY_DIGITS = /^[+＋\p{Nd}\s().-]*$/u;
/** With fewer digits the vendor writes no number of a country in one (docs/source-format.md). */
const WHOLE_DIGITS = 11;
/** `447700 900123`: shorter first groups are an area or a calling code. */
const CODE_AND_AREA_DIGITS = 5;
/** The shortest national numbers; 15 of E.164 behind `00`. */
const [MIN_DIGITS, MAX_DIGITS] = [4, 17];
/** A number in pairs with its country has 7; each reading costs 100 µs, and names are hostile. */
const MAX_GROUPS = 12;
/** Five or six digits inside a name are a short code; less is a room or a team. */
const SHORT_CODE = /^\d{5,6}$/u;
const MAX_DIGITS_AT_CODE = 9;

/**
 * Finds the number anywhere in a text. Names hold digits of their own (`Desk 61 447700900123`,
 * `O2 07700 900123`), so the surest reading of groups of digits counts: one with "+", then a whole
 * number in one group, then groups that make a valid number, then a possible one. Where two readings of the
 * same digits are as good, there is none. Without a number the text as a whole is normalised,
 * so that a sender name or a placeholder keeps its class; its `rest` is then the text itself.
 */
export function findPhoneNumber(text: string, defaultCountry: string): FoundNumber {
  const shown = visibleText(text).replaceAll(/\s+/gu, ' ');
  const clean = withoutJoiners(shown);
  const rest = (written: string) => without(shown.includes(written) ? shown : clean, written);
  const whole = normalisePhoneNumber(clean, defaultCountry);
  const isWhole = whole.numberClass !== 'alphanumeric' && whole.numberClass !== 'unparseable';
  if (isWhole && !(whole.numberClass === 'e164' && ONLY_DIGITS.test(clean))) {
    return { ...whole, rest: '' };
  }
  const runs = [...clean.matchAll(DIGIT_RUN)].map(([run]) => groupsOf(run));
  const found = surestOf(runs, defaultCountry);
  if (isWhole && (found === null || found.number === whole.number)) return { ...whole, rest: '' };
  if (found !== null) {
    return { number: found.number, numberClass: 'e164', rest: rest(found.written) };
  }
  const code = runs.map(shortCodeOf).find((digits) => digits !== null) ?? null;
  if (code !== null) return { number: code, numberClass: 'short-code', rest: rest(code) };
  return { ...whole, rest: shown };
}

/** A group of digits with its place in its run. */
interface Group {
  readonly run: string;
  readonly start: number;
  readonly end: number;
  readonly hasPlus: boolean;
  readonly digits: string;
}

function groupsOf(run: string): Group[] {
  return [...run.matchAll(DIGIT_GROUP)].map((match) => ({
    run,
    start: match.index,
    end: match.index + match[0].length,
    hasPlus: /^[+＋]/u.test(match[0]),
    digits: match[0].replaceAll(/\P{Nd}/gu, ''),
  }));
}

function surestOf(runs: readonly Group[][], defaultCountry: string): Candidate | null {
  const firstOf = (read: (run: Group[]) => Candidate | null): Candidate | null => {
    for (const run of runs) {
      const found = read(run);
      if (found !== null) return found;
    }
    return null;
  };
  return (
    firstOf((run) => withPlus(run, defaultCountry)) ??
    firstOf((run) => inOneGroup(run, defaultCountry)) ??
    firstOf((run) => fromGroups(run, defaultCountry))
  );
}

/** `+44 7700 900123`, and `+447700900123 5` without the 5. */
function withPlus(run: readonly Group[], defaultCountry: string): Candidate | null {
  if (run[0]?.hasPlus !== true) return null;
  const [alone] = candidatesFrom(run.slice(0, 1), 0, defaultCountry);
  return alone ?? longest(candidatesFrom(run, 0, defaultCountry));
}

/** `447700900123` and `07700900123`, whatever digits stand around them. */
function inOneGroup(run: readonly Group[], defaultCountry: string): Candidate | null {
  for (const [at, { digits }] of run.entries()) {
    if (digits.length < WHOLE_DIGITS) continue;
    const [candidate] = candidatesFrom(run.slice(0, at + 1), at, defaultCountry);
    if (candidate !== undefined) return candidate;
  }
  return null;
}

/** `07700 900123`, `44 7700 900123` and what else is made of several groups, or a short one. */
function fromGroups(run: readonly Group[], defaultCountry: string): Candidate | null {
  const groups = run.slice(0, MAX_GROUPS);
  const all = groups.flatMap((_, first) => {
    const best = longest(candidatesFrom(groups, first, defaultCountry));
    return best === null ? [] : [best];
  });
  // A range given out since the metadata was made is possible only: what begins with 0 still counts.
  const isRival = ({ isMarked, written }: Candidate) =>
    isMarked && written.replaceAll(/\P{Nd}/gu, '').length >= WHOLE_DIGITS;
  for (const isValid of [true, false]) {
    for (const isMarked of [true, false]) {
      const equal = all.filter((each) => each.isValid === isValid && each.isMarked === isMarked);
      if (equal.length > 0) return onlyOne(equal, all.filter(isRival));
    }
  }
  return null;
}

/** The first of several; none where another reading uses some of its digits for another number. */
function onlyOne(candidates: readonly Candidate[], rivals: readonly Candidate[]): Candidate | null {
  const usual = candidates.filter(({ isUsual }) => isUsual);
  const [first, ...others] = usual.length > 0 ? usual : candidates;
  if (first === undefined) return null;
  const isDoubtful = [...others, ...(first.isMarked ? [] : rivals)].some(
    (other) =>
      other.first <= first.last && other.last >= first.first && other.number !== first.number,
  );
  return isDoubtful ? null : first;
}

/** Of those that begin at one place: who parts a number means all its groups. */
function longest(candidates: readonly Candidate[]): Candidate | null {
  const valid = candidates.filter(({ isValid }) => isValid);
  return valid.findLast(({ isUsual }) => isUsual) ?? valid.at(-1) ?? candidates.at(-1) ?? null;
}

function candidatesFrom(run: readonly Group[], first: number, defaultCountry: string): Candidate[] {
  const from = run[first];
  if (from === undefined) return [];
  const candidates: Candidate[] = [];
  let digits = '';
  for (let last = first; last < run.length; last += 1) {
    const group = run[last];
    digits += group?.digits ?? '';
    if (group === undefined || digits.length > MAX_DIGITS) break;
    if (digits.length < MIN_DIGITS || isPlaceholder(digits)) continue;
    const read = readDigits(from.hasPlus ? `+${digits}` : digits, defaultCountry);
    if (read === null) continue;
    const isMarked = from.hasPlus || /^[0٠۰０]/u.test(digits);
    const isUsual = isMarked || last === first || isPartedAsUsual(read, from.digits);
    const { number, isValid } = read;
    const written = between(from, group);
    candidates.push({ number, isValid, isMarked, isUsual, first, last, written });
  }
  return candidates;
}

/** Of an international number, the calling code stands alone or with the whole area behind it. */
function isPartedAsUsual(read: DigitsRead, firstGroup: string): boolean {
  return (
    !read.isInternational ||
    firstGroup.length === read.callingCode.length ||
    firstGroup.length >= CODE_AND_AREA_DIGITS
  );
}

/** With the bracket that opens before the first group and closes within: `(020) 7946 0123`. */
function between(from: Group, to: Group): string {
  const written = from.run.slice(from.start, to.end);
  const isOpen = from.run[from.start - 1] === '(' && written.includes(')');
  return isOpen ? `(${written}` : written;
}

/** The one long group of its run; beside more digits it may be half of a number. */
function shortCodeOf(run: readonly Group[]): string | null {
  const [only, another] = run.filter(({ digits }) => digits.length > 3);
  if (only === undefined || another !== undefined || only.hasPlus) return null;
  const count = run.reduce((sum, { digits }) => sum + digits.length, 0);
  return SHORT_CODE.test(only.digits) && count <= MAX_DIGITS_AT_CODE ? only.digits : null;
}

/** The text without the number, its brackets and the separators that surrounded it. */
function without(text: string, number: string): string {
  return text
    .replace(number, ' ')
    .replaceAll(/\(\s*\)|\[\s*\]|<\s*>/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/^[\s,;:|/-]+|[\s,;:|/-]+$/gu, '');
}
