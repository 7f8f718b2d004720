/** Elements whose end or start breaks the line. */
const BLOCKS =
  /^(br|p|div|tr|li|ul|ol|table|h[1-6]|hr|blockquote|pre|section|article|header|footer|title)$/u;
/** Elements whose content nobody reads. */
const HIDDEN = new Set(['script', 'style', 'head', 'template', 'noscript']);
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  pound: '£',
  euro: '€',
  cent: '¢',
  yen: '¥',
  copy: '©',
  reg: '®',
  trade: '™',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  bull: '•',
  middot: '·',
};

/**
 * The words of an HTML body as text, in one linear pass: line breaks where blocks end, nothing
 * wrapped, nothing invented. Entities that are not known stay as they are.
 */
export function htmlToText(html: string): string {
  let text = '';
  let hidden: string | null = null;
  let at = 0;
  const lastClose = html.lastIndexOf('>');
  while (at < html.length) {
    const open = html.indexOf('<', at);
    const end = open < 0 ? html.length : open;
    if (hidden === null) text += decodeEntities(html.slice(at, end).replaceAll(/\s+/gu, ' '));
    if (open < 0) break;
    const tag = readTag(html, open, lastClose);
    at = tag.end;
    if (hidden !== null) {
      if (tag.isEnd && tag.name === hidden) hidden = null;
    } else if (!tag.isEnd && HIDDEN.has(tag.name)) hidden = tag.name;
    else if (tag.name === '') text += tag.text;
    else if (BLOCKS.test(tag.name)) text += '\n';
    else if (tag.isEnd && (tag.name === 'td' || tag.name === 'th')) text += ' ';
  }
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line, index, lines) => line !== '' || (lines[index - 1] ?? '') !== '')
    .join('\n')
    .trim();
}

function readTag(html: string, open: number, lastClose: number) {
  if (html.startsWith('<!--', open)) {
    const close = html.indexOf('-->', open + 4);
    return { name: '!', isEnd: false, text: '', end: close < 0 ? html.length : close + 3 };
  }
  const head = /^<(\/?)([a-z!?][a-z0-9]*)/iu.exec(html.slice(open, open + 32));
  // Looked for only where there is one: many tags that never close would cost a scan each.
  const close = open < lastClose ? html.indexOf('>', open) : -1;
  // A "<" that opens no tag is a character of the text.
  if (head === null || close < 0) return { name: '', isEnd: false, text: '<', end: open + 1 };
  const name = head[2]?.toLowerCase() ?? '';
  return { name, isEnd: head[1] === '/', text: '', end: close + 1 };
}

function decodeEntities(text: string): string {
  return text.replaceAll(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/giu, (entity, body: string) => {
    if (!body.startsWith('#')) return ENTITIES[body.toLowerCase()] ?? entity;
    const isHex = body[1] === 'x' || body[1] === 'X';
    const code = isHex ? parseInt(body.slice(2), 16) : parseInt(body.slice(1), 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity;
  });
}
