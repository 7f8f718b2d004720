import type { Attachment, ItemKind } from '../domain/item.ts';
import type { MessageAttachment } from '../domain/message.ts';
import { oneLine } from './visible-text.ts';

/** Below the 255 bytes of common file systems, with room for a counter. */
const MAX_NAME_BYTES = 200;
const MAX_EXTENSION_LENGTH = 12;
/** RFC 6838 §4.2: a registered type has at most 127 characters on either side. */
const CONTENT_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'application/zip': 'zip',
  'audio/3gp': '3gp',
  'audio/3gpp': '3gp',
  'audio/aac': 'aac',
  'audio/amr': 'amr',
  'audio/mp3': 'mp3',
  'audio/mp4': 'm4a',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'image/gif': 'gif',
  'image/heic': 'heic',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'text/calendar': 'ics',
  'text/html': 'html',
  'text/plain': 'txt',
  'text/vcard': 'vcf',
  'text/x-vcard': 'vcf',
  'video/3gpp': '3gp',
  'video/mp4': 'mp4',
};

/**
 * The item's attachments with names that are safe to write into a header and to save on any disk,
 * unique within the message (letter case apart), and with types of valid form. The order is kept;
 * a name depends on the attachments before it, never on which of them are left out later.
 */
export function safeAttachments(
  attachments: readonly Attachment[],
  kind: ItemKind,
): MessageAttachment[] {
  const taken = new Map<string, number>();
  return attachments.map(({ position, name, contentType, sizeBytes, sha256 }) => {
    const type = safeContentType(contentType);
    const wanted = safeName(name ?? '') || nameByType(type, kind);
    return { position, name: unique(wanted, taken), contentType: type, sizeBytes, sha256 };
  });
}

/**
 * Lower case, without parameters. `message/*` and `multipart/*` become plain bytes: they may not be
 * sent in base64 (RFC 2045 §6.4), and a reader would take them apart instead of showing one file.
 */
export function safeContentType(contentType: string): string {
  const [type = ''] = contentType.toLowerCase().split(';', 1);
  const bare = type.trim();
  const isComposite = bare.startsWith('message/') || bare.startsWith('multipart/');
  return CONTENT_TYPE.test(bare) && !isComposite ? bare : 'application/octet-stream';
}

function safeName(name: string): string {
  const [last = ''] = oneLine(name).split(/[/\\]/).slice(-1);
  // `?` takes encoded words (`=?…?=`) apart; the others no Windows disk takes.
  const plain = last.replace(/[<>:"|?*]/g, '_').replace(/^[. ]+|[. ]+$/g, '');
  const isDevice = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(plain);
  return shorten(isDevice ? `_${plain}` : plain);
}

function nameByType(contentType: string, kind: ItemKind): string {
  const [family = ''] = contentType.split('/', 1);
  const extension = EXTENSIONS[contentType] ?? 'bin';
  if (kind === 'call' && (family === 'audio' || family === 'video'))
    return `recording.${extension}`;
  if (extension === 'vcf') return 'contact.vcf';
  const isMedia = family === 'image' || family === 'audio' || family === 'video';
  return `${isMedia || family === 'text' ? family : 'attachment'}.${extension}`;
}

/** `taken` keeps where to go on counting, so that ten thousand equal names cost no more than others. */
function unique(wanted: string, taken: Map<string, number>): string {
  const { stem, extension } = split(wanted);
  let name = wanted;
  let count = taken.get(folded(wanted)) ?? 1;
  while (taken.has(folded(name))) {
    count += 1;
    name = `${stem} (${String(count)})${extension}`;
  }
  taken.set(folded(wanted), count);
  taken.set(folded(name), taken.get(folded(name)) ?? 1);
  return name;
}

function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function shorten(name: string): string {
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  const { stem, extension } = split(name);
  let sizeBytes = Buffer.byteLength(extension);
  let kept = '';
  for (const character of stem) {
    sizeBytes += Buffer.byteLength(character);
    if (sizeBytes > MAX_NAME_BYTES) break;
    kept += character;
  }
  return `${kept.trimEnd()}${extension}`;
}

function split(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf('.');
  const isExtension = dot > 0 && name.length - dot <= MAX_EXTENSION_LENGTH;
  return isExtension
    ? { stem: name.slice(0, dot), extension: name.slice(dot) }
    : { stem: name, extension: '' };
}
