import type { Chance } from './chance.ts';
import { byteString } from './charsets.ts';

/** A body as it travels: line ends are LF here, the wrapping makes its own of them. */
export interface Travelling {
  readonly encoding: string | null;
  /** One character a byte. */
  readonly body: string;
}

export function inBase64(bytes: Buffer, chance: Chance): Travelling {
  const text = bytes.toString('base64');
  const damage = chance.pick([
    'none',
    'none',
    'one line',
    'odd lines',
    'no padding',
    'rubbish',
    'blank lines',
  ]);
  const most =
    damage === 'odd lines' ? 1 + chance.below(50) : damage === 'one line' ? Infinity : 76;
  const lines = text.match(new RegExp(`.{1,${most === Infinity ? '' : String(most)}}`, 'g')) ?? [];
  const encoding = chance.pick(['base64', 'base64', 'BASE64', 'Base64 ']);
  const body = lines
    .map((line) => (damage === 'rubbish' ? `${line.slice(0, 5)}!*#${line.slice(5)} \t` : line))
    .join(damage === 'blank lines' ? '\n\n' : '\n');
  return { encoding, body: damage === 'no padding' ? body.replace(/=+$/, '') : body };
}

/** `isText`: its line ends are the travelling ones and stay line ends. */
export function inQuotedPrintable(bytes: Buffer, isText: boolean, chance: Chance): Travelling {
  const isLower = chance.is(0.2);
  const padding = chance.is(0.2) ? '  ' : '';
  const isLazy = chance.is(0.3);
  const most = 20 + chance.below(56);
  let body = '';
  let length = 0;
  const source = byteString(bytes);
  for (const [at, character] of Array.from(source).entries()) {
    if (isText && character === '\n') {
      body += '\n';
      length = 0;
      continue;
    }
    const next = source[at + 1];
    // A "=" that begins no code is one all the same.
    const isStray = isLazy && character === '=' && /^[^0-9A-Fa-f\s=]/.test(next ?? '');
    const isAtEnd = next === undefined || next === '\n';
    const isBare = isStray || /[!-<>-~]/.test(character) || (/[ \t]/.test(character) && !isAtEnd);
    const code = character.charCodeAt(0).toString(16).padStart(2, '0');
    const written = isBare ? character : `=${isLower ? code : code.toUpperCase()}`;
    if (length + written.length > most && !isStray && !/[ \t]/.test(character)) {
      body += `=${padding}\n`;
      length = 0;
    }
    body += written;
    length += written.length;
  }
  return { encoding: chance.pick(['quoted-printable', 'Quoted-Printable']), body };
}

export function asItIs(bytes: Buffer, chance: Chance): Travelling {
  const is8Bit = bytes.some((byte) => byte > 0x7f);
  const encoding = chance.pick(
    is8Bit ? ['8bit', '8BIT', null, 'x-unknown'] : ['7bit', '8bit', null, ''],
  );
  return { encoding, body: byteString(bytes) };
}

/**
 * The text with soft line ends at some of its spaces (RFC 3676); null when a line of it would need
 * stuffing or looks like a signature's.
 */
export function flowed(text: string, chance: Chance): string | null {
  if (text === '' || /^[ >]| $|--| {2}/m.test(text)) return null;
  return text.replaceAll(/ (?!>)/g, () => (chance.is(0.2) ? ' \n' : ' '));
}

/** The text as an HTML body of the same words; null when HTML would show other spaces. */
export function asHtml(text: string, chance: Chance): string | null {
  const lines = text.split('\n');
  if (!lines.every((line) => /^\S+(?: \S+)*$/.test(line) && !/\p{Cc}/u.test(line))) return null;
  const rows = lines
    .map((line) => withEntities(line, chance))
    .join(chance.pick(['<br>', '<br/>\n', '<BR CLASS="x">']));
  const style = chance.is(0.5) ? '<style>p { color: red }</style><!-- no -->' : '';
  const headEnd = chance.pick(['</head>', '</head>', '']);
  const div = chance.pick(['<div>', '<div title="a>b">', "<DIV data-x='</p>'>"]);
  return `<html><head><title>x</title>${style}${headEnd}<body>${div}${rows}</div></body></html>`;
}

const NAMED: Readonly<Record<string, string>> = {
  '£': 'pound',
  é: 'eacute',
  ü: 'uuml',
  ß: 'szlig',
  Ü: 'Uuml',
  '“': 'ldquo',
  λ: 'lambda',
};

/** The text with some of its letters as the references of HTML. */
export function withEntities(text: string, chance: Chance): string {
  return Array.from(text, (letter) => {
    const code = letter.codePointAt(0) ?? 0;
    const name = NAMED[letter];
    if (name !== undefined && chance.is(0.5)) return `&${name};`;
    if (/[<>&"]/.test(letter)) return `&#${code};`;
    const isBare = /[ \p{Cc}\p{Cs}]/u.test(letter) || !chance.is(0.1);
    return isBare ? letter : `&#x${code.toString(16)};`;
  }).join('');
}
