import { decodeText } from './charset.ts';
import { readMarkup } from './markup.ts';
import type { MimePart } from './part-parser.ts';

/** What an MMS shows, and in which order. */
export interface Smil {
  /** Position of a part by its Content-ID, name or Content-Location; behind all others when not shown. */
  rank(part: Names): number;
  isText(part: Names): boolean;
}

type Names = Pick<MimePart, 'contentId' | 'name' | 'contentLocation'>;

/** The element, behind declarations, comments and white space at most. */
const SMIL_START =
  /^\ufeff?(?:\s|<\?[^>]*>|<!--(?:(?!-->)[\s\S])*-->|<!(?!--)[^[>]*(?:\[[^\]]*\]\s*)?>)*<(?:[\w.-]+:)?smil[\s>/]/iu;

/** Null for a file that only calls itself SMIL, or that says something: it would not be seen. */
export function readSmil(bytes: Buffer, charset: string | null): Smil | null {
  const source = decodeText(bytes, charset);
  const start = SMIL_START.exec(source.slice(0, 1024));
  if (start === null) return null;
  const ranks = new Map<string, number>();
  const texts = new Set<string>();
  const found = { isSaying: false };
  readMarkup(source.slice(start[0].lastIndexOf('<')), {
    text: (text) => void (found.isSaying ||= text.trim() !== ''),
    open(name, attributes) {
      const src = attributes.get('src');
      if (src === undefined) return;
      found.isSaying ||= /^\s*data:/iu.test(src);
      const label = reference(src);
      if (!ranks.has(label)) ranks.set(label, ranks.size);
      if (/(?:^|:)text$/u.test(name)) texts.add(label);
    },
    close: () => undefined,
    unended: () => void (found.isSaying = true),
  });
  if (found.isSaying) return null;
  return {
    rank: (part) =>
      labels(part)
        .map((label) => ranks.get(label))
        .find((rank) => rank !== undefined) ?? ranks.size,
    isText: (part) => labels(part).some((label) => texts.has(label)),
  };
}

function labels({ contentId, name, contentLocation }: Names): string[] {
  return [contentId, name, contentLocation].filter((label) => label !== null).map(reference);
}

function reference(label: string): string {
  const bare = label.trim().replace(/^cid:/iu, '').replace(/^</u, '').replace(/>$/u, '');
  return unescaped(bare).toLowerCase();
}

/** As a URL is written (RFC 3986 2.1); what is none stays. */
function unescaped(label: string): string {
  try {
    return decodeURIComponent(label);
  } catch {
    return label;
  }
}
