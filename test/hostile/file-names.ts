import type { Chance } from './chance.ts';
import { byteString, encode } from './charsets.ts';
import { raw, words } from './header-writing.ts';

/** Headers of a part that name its file: in every form that mailers write. */
export interface NamedHeaders {
  readonly disposition: string | null;
  /** Of the `Content-Type`, with the semicolon before it; empty for none. */
  readonly typeParameter: string;
}

const HAS_CONTROL = /[^\P{Cc}\u0080-\u009f]/u;

export function nameHeaders(
  name: string | null,
  mustBeAttachment: boolean,
  chance: Chance,
): NamedHeaders {
  const disposition = mustBeAttachment
    ? 'attachment'
    : chance.pick(['attachment', 'inline', 'ATTACHMENT']);
  if (name === null) {
    const isNeeded = mustBeAttachment || chance.is(0.5);
    return { disposition: isNeeded ? disposition : null, typeParameter: '' };
  }
  const semicolon = chance.pick(['; ', ';', ';\n ']);
  const isInType = chance.is(0.2);
  if (isInType) {
    const isShown = mustBeAttachment || chance.is(0.5);
    return {
      disposition: isShown ? disposition : null,
      typeParameter: `${semicolon}${parameter('name', name, chance)}`,
    };
  }
  // The disposition's name wins over that of the type.
  const other = name.trim() !== '' && chance.is(0.2) ? `${semicolon}name="other.bin"` : '';
  return {
    disposition: `${disposition}${semicolon}${parameter('filename', name, chance)}`,
    typeParameter: other,
  };
}

function parameter(key: string, name: string, chance: Chance): string {
  const isPlain = /^[A-Za-z0-9._-]+$/.test(name);
  if (isPlain && chance.is(0.3)) return `${key}=${name}`;
  const isQuotable = !HAS_CONTROL.test(name) && !name.includes('=?') && !/[\\"]/.test(name);
  const form = chance.pick(['quoted', 'words', 'percent', 'pieces', 'both'] as const);
  if ((form === 'quoted' && isQuotable) || name.trim() === '') {
    return `${key}="${raw(name, chance)}"`;
  }
  if (form === 'words') return `${key}="${words(name, chance)}"`;
  if (form === 'both') return `${key}="fallback.bin"; ${key}*=${percentValue(name, chance)}`;
  return form === 'pieces' ? pieces(key, name, chance) : `${key}*=${percentValue(name, chance)}`;
}

function percentValue(name: string, chance: Chance): string {
  const { label, bytes } = encode(name, chance);
  return `${known(label)}'${chance.pick(['', 'en'])}'${percent(bytes)}`;
}

/** RFC 2231, 3: cut anywhere, inside characters too; pieces of ASCII may be plain. */
function pieces(key: string, name: string, chance: Chance): string {
  const { label, bytes } = encode(name, chance);
  const list: string[] = [];
  const most = 5 + chance.below(40);
  for (let at = 0; at < bytes.length; at += most) {
    const piece = bytes.subarray(at, at + most);
    const isBare = at > 0 && /^[A-Za-z0-9._-]+$/.test(byteString(piece)) && chance.is(0.5);
    const start = at === 0 ? `${known(label)}''` : '';
    list.push(
      isBare
        ? `${key}*${list.length}="${byteString(piece)}"`
        : `${key}*${list.length}*=${start}${percent(piece)}`,
    );
  }
  return (chance.is(0.2) ? list.toReversed() : list).join(chance.pick(['; ', ';\n ']));
}

/** This form has a name of the character set always, and a right one. */
function known(label: string | null): string {
  return label === null || /ascii|unknown|ansi|iso646|cp367/i.test(label) ? 'utf-8' : label;
}

function percent(bytes: Buffer): string {
  return Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9._-]/.test(character)
      ? character
      : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
  }).join('');
}
