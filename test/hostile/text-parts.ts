import { byteString, encode, encodeMislabelled, encodeWide, type EncodedText } from './charsets.ts';
import type { Chance } from './chance.ts';
import { multipart, type Part } from './mime-part.ts';
import {
  asHtml,
  asItIs,
  flowed,
  inBase64,
  inQuotedPrintable,
  type Travelling,
  withEntities,
} from './transfer.ts';

/** A text under any character set and encoding that carries it, alone or beside another in HTML. */
export function textPart(text: string, chance: Chance): Part {
  const hasHalf = !text.isWellFormed();
  const lines = text.replaceAll('\r\n', '\n');
  const isWide = hasHalf || chance.is(0.1);
  const wrong = isWide || !chance.is(0.15) ? null : encodeMislabelled(lines, chance);
  const encoded = isWide ? encodeWide(text, chance) : (wrong ?? encode(lines, chance));
  const special = isWide || wrong !== null ? null : specialPart(lines, chance);
  if (special !== null) return special;
  const travelling = textTransfer(encoded, isWide, chance);
  const plain = {
    ...typed('text/plain', encoded.label, travelling, chance),
    mayEndOpen: !isWide,
  };
  if (text === '' || !chance.is(0.15)) return plain;
  // Plain text wins over HTML of the same words, whichever comes first.
  const html: Part = {
    fields: ['Content-Type: text/html; charset=utf-8'],
    body: `<p>${byteString(Buffer.from(withEntities(lines, chance)))}</p>`,
    reference: null,
    mayEndOpen: false,
  };
  return { ...multipart('alternative', chance.shuffled([plain, html]), chance), reference: null };
}

/** The same text with soft line ends, or as HTML alone; null where neither says the same. */
function specialPart(lines: string, chance: Chance): Part | null {
  const isHtml = chance.is(0.5);
  const text = !chance.is(0.2) ? null : isHtml ? asHtml(lines, chance) : flowed(lines, chance);
  if (text === null) return null;
  const bytes = Buffer.from(text);
  const travelling = isHtml
    ? textTransfer({ label: 'utf-8', bytes }, false, chance)
    : asItIs(bytes, chance);
  const type = isHtml ? 'text/html' : 'text/plain; format=flowed';
  return typed(type, 'utf-8', travelling, chance);
}

function textTransfer(encoded: EncodedText, isWide: boolean, chance: Chance): Travelling {
  const { bytes } = encoded;
  const form = isWide ? chance.pick(['b', 'q'] as const) : chance.pick(['b', 'q', 'raw'] as const);
  if (form === 'raw') return asItIs(bytes, chance);
  if (form === 'q') return inQuotedPrintable(bytes, !isWide, chance);
  const isCrLf = !isWide && chance.is(0.5);
  return inBase64(
    isCrLf ? Buffer.from(byteString(bytes).replaceAll(/\r?\n/g, '\r\n'), 'latin1') : bytes,
    chance,
  );
}

function typed(
  type: string,
  label: string | null,
  { encoding, body }: Travelling,
  chance: Chance,
): Part {
  const quote = chance.pick(['', '"']);
  const charset = label === null ? '' : `; charset=${quote}${label}${quote}`;
  // Without a type, a part is text.
  const isTyped = label !== null || chance.is(0.5);
  const reference = `t${chance.below(2 ** 31)}`;
  const fields = [
    ...(isTyped ? [`Content-Type: ${misspelt(type, label, charset, chance)}`] : []),
    ...(encoding === null ? [] : [`Content-Transfer-Encoding: ${encoding}`]),
    `Content-Location: ${reference}.txt`,
  ];
  return {
    fields: chance.shuffled(fields),
    body,
    reference: `${reference}.txt`,
    mayEndOpen: false,
  };
}

/** As feeds write the type of a text that know it by half. */
function misspelt(type: string, label: string | null, charset: string, chance: Chance): string {
  if (type === 'text/plain' && chance.is(0.1)) {
    const odd = chance.pick(['text', 'plain', 'text/x-plain', 'Text/']);
    return label === null && chance.is(0.3) ? '' : `${odd}${charset}`;
  }
  // The semicolon is left out.
  if (label !== null && !type.includes(';') && chance.is(0.1)) return `${type} charset=${label}`;
  return `${chance.is(0.2) ? type.toUpperCase() : type}${charset}`;
}
