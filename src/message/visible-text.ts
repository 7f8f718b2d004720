/** Code points that are never seen but change how the text around them looks or compares. */
const INVISIBLE =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]/g;

/**
 * The text on one line, with nothing in it that can mislead its reader: line breaks are spaces,
 * controls and direction overrides are shown as `[U+202E]`, marks without a shape are left out.
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
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** At most `maxLength` UTF-16 units, never half a code point; what was cut ends in an ellipsis. */
export function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const head = text.slice(0, maxLength - 1);
  return `${head.isWellFormed() ? head : head.slice(0, -1)}…`;
}

function shown(character: string): string {
  const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return `[U+${code}]`;
}
