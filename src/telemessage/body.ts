import type { TextDoubt } from '../domain/item.ts';
import { decodeText, isKnownCharset } from './charset.ts';
import { htmlToText } from './html.ts';
import type { MimePart } from './part-parser.ts';
import type { ItemParts, TextPart } from './parts.ts';

interface Content {
  readonly part: MimePart;
  readonly text: string;
  readonly isDoubtful: boolean;
}

/**
 * The item's text, whole: every text part in the order of the SMIL document (else of the message),
 * joined by line ends. Of alternatives, plain text wins over HTML, which follows it when it says
 * more; HTML alone is converted. The doubts are those that the whole of it leaves.
 */
export function readBody(parts: ItemParts): { text: string; doubts: TextDoubt[] } {
  const rank = rankOf(parts);
  const contents = parts.texts
    .map((text) => ({ part: text.part, ...contentOf(text) }))
    .sort((a, b) => rank(a.part) - rank(b.part));
  const { kept, isMore } = withoutRepetition(contents);
  const doubts = new Set<TextDoubt>();
  for (const { part } of [...parts.texts, ...parts.media]) {
    for (const doubt of part.doubts) doubts.add(doubt);
  }
  if (kept.some(({ isDoubtful }) => isDoubtful)) doubts.add('markup');
  if (isMore) doubts.add('alternatives');
  const text = kept
    .map((content) => content.text)
    .filter((content) => content !== '')
    .join('\n');
  const { smil, media } = parts;
  if (text !== '' || media.length > 0 || smil === null) return { text, doubts: [...doubts] };
  // The layout of nothing is all that was said.
  return { text: decodeText(smil.bytes, smil.part.charset).trim(), doubts: [...doubts, 'markup'] };
}

/** HTML that has no word beyond those of the plain text beside it is left out, else stands after it. */
function withoutRepetition(contents: readonly Content[]): { kept: Content[]; isMore: boolean } {
  const plain = new Map<object, string>();
  for (const { part, text } of contents) {
    if (part.alternative === null || part.contentType === 'text/html' || text.trim() === '')
      continue;
    plain.set(part.alternative, `${plain.get(part.alternative) ?? ''} ${text}`);
  }
  const plainBeside = ({ part }: Content) =>
    part.contentType === 'text/html' && part.alternative !== null
      ? plain.get(part.alternative)
      : undefined;
  const own = contents.filter((content) => plainBeside(content) === undefined);
  const more = contents.filter((content) => {
    const beside = plainBeside(content);
    return beside !== undefined && hasMoreWords(content.text, beside);
  });
  return { kept: [...own, ...more], isMore: more.length > 0 };
}

function hasMoreWords(text: string, than: string): boolean {
  const known = new Set(wordsOf(than));
  return wordsOf(text).some((word) => !known.has(word));
}

function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+|[\p{So}\p{Sc}]/gu) ?? []
  );
}

/** The first character set of texts and headers that cannot be decoded as it says; null without one. */
export function unknownCharsetOf({ texts, headers }: ItemParts): string | null {
  const text = texts.find(({ part, bytes }) => !isKnownCharset(part.charset, bytes));
  return text?.part.charset ?? headers.unknownCharset;
}

/** The attachments in the order in which the SMIL document shows them; others follow. */
export function inSmilOrder(parts: ItemParts): ItemParts['media'] {
  const rank = rankOf(parts);
  return parts.media.toSorted((a, b) => rank(a.part) - rank(b.part));
}

function contentOf({ part, bytes }: TextPart): Pick<Content, 'text' | 'isDoubtful'> {
  const text = decodeText(bytes, part.charset).replaceAll(/\r\n?/gu, '\n');
  if (part.contentType === 'text/html') return htmlToText(text);
  const lines = part.flowed === null ? text : unflow(text, part.flowed.isSpaceDeleted);
  return { text: lines.endsWith('\n') ? lines.slice(0, -1) : lines, isDoubtful: false };
}

/** Undoes format=flowed: stuffed spaces go, soft line ends join (RFC 3676 4). */
function unflow(text: string, isSpaceDeleted: boolean): string {
  let joined = '';
  for (const stuffed of text.split('\n')) {
    const line = stuffed.startsWith(' ') ? stuffed.slice(1) : stuffed;
    const isSoft = line.endsWith(' ') && line !== '-- ';
    joined += isSoft ? (isSpaceDeleted ? line.slice(0, -1) : line) : `${line}\n`;
  }
  return joined.endsWith('\n') ? joined.slice(0, -1) : joined;
}

function rankOf({ smil }: ItemParts): (part: MimePart) => number {
  return (part) => smil?.layout.rank(part) ?? 0;
}
