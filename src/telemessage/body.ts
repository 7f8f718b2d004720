import { decodeText, isKnownCharset } from './charset.ts';
import { htmlToText } from './html.ts';
import type { MimePart } from './part-parser.ts';
import type { ItemParts, TextPart } from './parts.ts';

/**
 * The item's text, whole: every text part in the order of the SMIL document (else of the message),
 * joined by line ends. Of alternatives, plain text wins over HTML; HTML alone is converted.
 */
export function readBody(parts: ItemParts): string {
  const rank = smilRank(parts.smil);
  const texts = parts.texts
    .map((text) => ({ ...text, content: contentOf(text), rank: rank(text.part) }))
    .sort((a, b) => a.rank - b.rank);
  const withPlain = new Set(
    texts
      .filter(({ part, content }) => part.contentType === 'text/plain' && content.trim() !== '')
      .map(({ part }) => part.alternative),
  );
  return texts
    .filter(({ part }) => {
      const isAlternative = part.alternative !== null && part.contentType === 'text/html';
      return !(isAlternative && withPlain.has(part.alternative));
    })
    .map(({ content }) => content)
    .filter((content) => content !== '')
    .join('\n');
}

/** The first character set of the item's texts that cannot be decoded as it says; null without one. */
export function unknownCharsetOf({ texts }: ItemParts): string | null {
  return texts.find(({ part }) => !isKnownCharset(part.charset))?.part.charset ?? null;
}

/** The attachments in the order in which the SMIL document shows them; others follow. */
export function inSmilOrder(parts: ItemParts): ItemParts['media'] {
  const rank = smilRank(parts.smil);
  return parts.media.toSorted((a, b) => rank(a.part) - rank(b.part));
}

function contentOf({ part, bytes }: TextPart): string {
  const text = decodeText(bytes, part.charset).replaceAll(/\r\n?/gu, '\n');
  if (part.contentType === 'text/html') return htmlToText(text);
  const lines = part.flowed === null ? text : unflow(text, part.flowed.isSpaceDeleted);
  return lines.endsWith('\n') ? lines.slice(0, -1) : lines;
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

/** Position of a part in the SMIL document, by Content-ID, name or Content-Location. */
function smilRank(smil: TextPart | null): (part: MimePart) => number {
  const ranks = new Map<string, number>();
  if (smil !== null) {
    const document = decodeText(smil.bytes, smil.part.charset);
    for (const match of document.matchAll(/\ssrc\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/giu)) {
      const name = reference(match[1] ?? match[2] ?? '');
      if (!ranks.has(name)) ranks.set(name, ranks.size);
    }
  }
  return ({ contentId, name, contentLocation }) => {
    const known = [contentId, name, contentLocation]
      .filter((label) => label !== null)
      .map((label) => ranks.get(reference(label)))
      .find((rank) => rank !== undefined);
    return known ?? ranks.size;
  };
}

function reference(label: string): string {
  const bare = label.trim().replace(/^cid:/iu, '').replace(/^</u, '').replace(/>$/u, '');
  return bare.toLowerCase();
}
