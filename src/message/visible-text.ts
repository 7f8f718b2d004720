/** Code points that are never seen but change how the text around them looks or compares. */
const INVISIBLE =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]/g;

/** A flag of a region (Unicode UTS 51 ED-14A), or a tag character outside of one, which is never seen. */
const TAGS =
  /\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}|[\u{e0000}-\u{e007f}]/gu;
/** What turns around the letters behind it (Unicode UAX 9, 2); the others only keep words together. */
const TURNING = /[\u202b\u202d\u202e\u2067]/g;
/** A number as phones write it into a text from right to left: it reads as it would alone. */
const LEFT_TO_RIGHT_NUMBER = /\u202d[+0-9 ().-]+\u202c/g;

/**
 * The text on one line, with nothing in it that can mislead its reader: line breaks are spaces,
 * controls, direction overrides and tag characters are shown as `[U+202E]`, marks without a shape
 * are left out.
 * Joiners stay: emoji and Persian words are made with them.
 *
 * @see https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
    .replace(INVISIBLE, '')
    .replace(/[\p{Cc}\u202a-\u202e]/gu, shown)
    .replace(TAGS, (found) => (isTag(found) ? shown(found) : found))
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** At most `maxLength` UTF-16 units, never half a code point; what was cut ends in an ellipsis. */
export function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const head = text.slice(0, maxLength - 1);
  return `${head.isWellFormed() ? head : head.slice(0, -1)}…`;
}

/** Names of the characters in a text of many lines that turn its letters around, each once. */
export function turningIn(text: string): string[] {
  return [...new Set(text.replace(LEFT_TO_RIGHT_NUMBER, '').match(TURNING) ?? [])]
    .sort()
    .map(nameOf);
}

/** Whether a text of many lines holds letters that are never seen. */
export function hasHiddenTags(text: string): boolean {
  return (text.match(TAGS) ?? []).some(isTag);
}

function isTag(found: string): boolean {
  return !found.startsWith('\u{1f3f4}');
}

function shown(character: string): string {
  return `[${nameOf(character)}]`;
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
