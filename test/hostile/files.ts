import { createHash } from 'node:crypto';
import type { Chance } from './chance.ts';

/** A file of an item: what is sent, and what must lie in the message. */
export interface SentFile {
  readonly name: string | null;
  /** The `Content-Type` as written; null for none. */
  readonly type: string | null;
  readonly bytes: Buffer;
  /** As a reader sees the name in one line; empty when there is none. */
  readonly nameSeen: string;
  /** Safe for any disk; null when the name gives none and the type decides. */
  readonly nameOnDisk: string | null;
  readonly typeSeen: string;
  readonly sha256: string;
}

/** Sent, seen in a line (the same when left out), on a disk (as seen when left out). */
type NameCase = readonly [sent: string, onDisk?: string | null, seen?: string];

const NAMES: readonly NameCase[] = [
  ['photo.jpg'],
  ['photo.jpg'],
  ['PHOTO.JPG'],
  ['photo (2).jpg'],
  ['inline.jpg'],
  ['attachment; inline.png'],
  ['фото.jpg'],
  ['写真.jpg'],
  ['📷 👨\u200d👩\u200d👧.jpg'],
  ['été.pdf'],
  ['e\u0301te\u0301.pdf'],
  ['€uro “quoted”.pdf', '€uro “quoted”.pdf'],
  ["it's 100%.jpg"],
  ['%41.jpg'],
  ["utf-8''x.jpg"],
  ['a;b,c=d.jpg'],
  ['(1)[2]{3}.jpg'],
  ['no-extension'],
  ['archive.tar.gz'],
  ['a b  c.jpg', 'a b c.jpg', 'a b c.jpg'],
  ['a@b.jpg'],
  ['../../etc/passwd', 'passwd'],
  ['..\\..\\boot.ini', 'boot.ini'],
  ['C:\\Windows\\x.jpg', 'x.jpg'],
  ['/abs/olute.jpg', 'olute.jpg'],
  ['trailing/', null],
  ['..', null],
  ['   ', null, ''],
  ['', null, ''],
  ['.hidden', 'hidden'],
  ['dots...', 'dots'],
  ['con.txt', '_con.txt'],
  ['NUL', '_NUL'],
  ['a<b>:|?*.jpg', 'a_b_____.jpg'],
  ['"; filename="evil.exe', '_; filename=_evil.exe'],
  ['=?utf-8?Q?evil.exe?=', '=_utf-8_Q_evil.exe_='],
  ['\u202egpj.exe\u202c', '[U+202E]gpj.exe[U+202C]', '[U+202E]gpj.exe[U+202C]'],
  ['zero\u200bwidth\ufeff.jpg', 'zerowidth.jpg', 'zerowidth.jpg'],
  ['nul\0byte.jpg', 'nul[U+0000]byte.jpg', 'nul[U+0000]byte.jpg'],
  ['cr\r\nX-Evil: 1.jpg', 'cr X-Evil_ 1.jpg', 'cr X-Evil: 1.jpg'],
  ['lf\n\nbody.jpg', 'lf body.jpg', 'lf body.jpg'],
  ['\u001b[31m.jpg', '[U+001B][31m.jpg', '[U+001B][31m.jpg'],
  [`${'x'.repeat(300)}.jpg`, `${'x'.repeat(196)}.jpg`],
  [`${'Ü'.repeat(150)}.jpg`, `${'Ü'.repeat(98)}.jpg`],
];

const TYPES: readonly (readonly [sent: string | null, seen: string])[] = [
  ['image/jpeg', 'image/jpeg'],
  ['image/jpeg', 'image/jpeg'],
  ['IMAGE/PNG', 'image/png'],
  ['image/gif; x=y', 'image/gif'],
  ['audio/amr', 'audio/amr'],
  ['audio/mpeg', 'audio/mpeg'],
  ['audio/wav', 'audio/wav'],
  ['video/3gpp', 'video/3gpp'],
  ['text/x-vCard', 'text/x-vcard'],
  ['text/csv; charset=utf-16', 'text/csv'],
  ['application/pdf', 'application/pdf'],
  ['application/octet-stream', 'application/octet-stream'],
  ['application/vnd.oma.drm.message', 'application/vnd.oma.drm.message'],
  ['image', 'application/octet-stream'],
  ['image/jpeg/evil', 'application/octet-stream'],
  ['image/jp eg', 'application/octet-stream'],
  [null, 'application/octet-stream'],
];

/** Names by type for files that have none of their own, in a call and elsewhere. */
const DEFAULTS: Readonly<Record<string, readonly [inCall: string, elsewhere: string]>> = {
  'image/jpeg': ['image.jpg', 'image.jpg'],
  'image/png': ['image.png', 'image.png'],
  'image/gif': ['image.gif', 'image.gif'],
  'audio/amr': ['recording.amr', 'audio.amr'],
  'audio/mpeg': ['recording.mp3', 'audio.mp3'],
  'audio/wav': ['recording.wav', 'audio.wav'],
  'video/3gpp': ['recording.3gp', 'video.3gp'],
  'text/x-vcard': ['contact.vcf', 'contact.vcf'],
  'text/csv': ['text.bin', 'text.bin'],
  'application/pdf': ['attachment.pdf', 'attachment.pdf'],
};

export function aFile(chance: Chance): SentFile {
  const [type, typeSeen] = chance.pick(TYPES);
  const hasName = chance.is(0.85);
  const [name, onDisk, seen] = chance.pick(NAMES);
  const size = chance.pick([0, 1, 2, 3, 56, 57, 58, 100, 400, 1_000, chance.below(3_000)]);
  const bytes = chance.is(0.3) ? Buffer.from('line\r\n'.repeat(size / 6)) : chance.bytes(size);
  return {
    // An item says the same of a file without a type by its name: kept apart here.
    name: !hasName || type === null ? null : name,
    type,
    bytes,
    nameSeen: !hasName || type === null ? '' : (seen ?? name),
    nameOnDisk: !hasName || type === null ? null : onDisk === undefined ? (seen ?? name) : onDisk,
    typeSeen,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

/** Each name once in a message, letter case and composition apart: the first keeps it as it is. */
export function namesInMessage(files: readonly SentFile[], isCall: boolean): string[] {
  const taken = new Set<string>();
  const folded = (name: string) => name.normalize('NFC').toLowerCase();
  return files.map(({ nameOnDisk, typeSeen }) => {
    const [inCall, elsewhere] = DEFAULTS[typeSeen] ?? ['attachment.bin', 'attachment.bin'];
    const wanted = nameOnDisk ?? (isCall ? inCall : elsewhere);
    const dot = wanted.lastIndexOf('.');
    const stemEnd = dot > 0 && wanted.length - dot <= 12 ? dot : wanted.length;
    let name = wanted;
    for (let count = 2; taken.has(folded(name)); count += 1) {
      name = `${wanted.slice(0, stemEnd)} (${count})${wanted.slice(stemEnd)}`;
    }
    taken.add(folded(name));
    return name;
  });
}
