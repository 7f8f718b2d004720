const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};
/** Larger is no character (Unicode 3.4, D9). */
const LAST_CODE_POINT = 0x10ffff;

/**
 * What a person reads of an HTML body, on one line: entities decoded, every run of tags and white
 * space one space. Exchange wraps a body in tags and breaks of its own, so that bytes never compare.
 */
export function visibleText(html: string): string {
  const text = html
    .replace(/<!--[\s\S]*?-->/g, ' ')
    .replace(/<(head|style|script|title)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, decoded);
  return folded(text);
}

/**
 * Text on one line, what no mail shows left out: controls, their pictures (U+2400 ff.) and halves of
 * surrogate pairs, which the conversion replaces.
 */
export function folded(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\u2400-\u2426\ufffd\s]+/gu, ' ')
    .trim();
}

function decoded(whole: string, digits?: string, hex?: string, name?: string): string {
  if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
  const code = digits === undefined ? Number.parseInt(hex ?? '', 16) : Number(digits);
  return code <= LAST_CODE_POINT ? String.fromCodePoint(code) : '\ufffd';
}
