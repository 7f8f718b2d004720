import { byteString, encode, encodeMislabelled, encodeWide, type EncodedText } from './charsets.ts';
import { chanceOf, type Chance } from './chance.ts';
import { nameHeaders } from './file-names.ts';
import type { SentFile } from './files.ts';
import { writePeople, writeValue } from './header-writing.ts';
import type { HostileItem } from './item.ts';
import { asItIs, inBase64, inQuotedPrintable, type Travelling } from './transfer.ts';

/** A MIME part before its line ends are chosen: LF everywhere, one character a byte. */
interface Part {
  readonly fields: readonly string[];
  readonly body: string;
  /** How a SMIL document calls it; null when it has no name for that. */
  readonly reference: string | null;
  /** Whether a line end after its last byte makes no difference. */
  readonly mayEndOpen: boolean;
}

/** The item as one delivery of the vendor's feed writes it; another label is another wrapping. */
export function wrap(item: HostileItem, label: string): Buffer {
  const chance = chanceOf(label);
  const root = rootOf(item, chance);
  const fields = [...headerFields(item, chance), ...root.fields];
  const all = chance.is(0.7) ? ['MIME-Version: 1.0', ...fields] : fields;
  const start = chance.is(0.03) ? '\u00ef\u00bb\u00bf' : '';
  return Buffer.from(withLineEnds(`${start}${all.join('\n')}\n\n${root.body}`, chance), 'latin1');
}

function headerFields(item: HostileItem, chance: Chance): string[] {
  const field = (name: string, value: string) =>
    `${cased(name, chance)}:${chance.pick([' ', ' ', '', '  '])}${value}`;
  const { time, subject, recipient, from, to } = item;
  const fields = [
    ...(time.sent === null ? [] : [field('Date', dateOf(time.sent, chance))]),
    ...(subject === null ? [] : [field('Subject', writeValue(subject.sent, chance))]),
    ...(recipient === null ? [] : [field('RCPT_TO', recipient)]),
    ...(from.length === 0 ? [] : [field('From', writePeople(from, chance))]),
    ...toFields(to, field, chance),
    ...(chance.is(0.2) ? ['Return-Path: <bounce@example.net>', 'Received: from x by y; z'] : []),
    ...(chance.is(0.1) ? ['Sender: "Gateway" <gateway@example.net>'] : []),
    ...(chance.is(0.03) ? ['a line without any meaning'] : []),
  ];
  // Fields of one name keep their order: the first of them decides.
  const vendor = item.headers.map(({ name, value }) => {
    const colon = chance.is(0.1) ? ':' : '';
    return `${cased(name, chance)}:${colon} ${writeValue(value.sent, chance)}`;
  });
  return chance.is(0.8) ? [...chance.shuffled(fields), ...vendor] : [...vendor, ...fields];
}

function toFields(
  to: HostileItem['to'],
  field: (name: string, value: string) => string,
  chance: Chance,
): string[] {
  if (to.length === 0) return chance.is(0.3) ? [field('To', '')] : [];
  const half = Math.ceil(to.length / 2);
  if (to.length < 2 || chance.is(0.8)) return [field('To', writePeople(to, chance))];
  const second = chance.pick(['To', 'Cc', 'Bcc']);
  return [
    [
      field('To', writePeople(to.slice(0, half), chance)),
      field(second, writePeople(to.slice(half), chance)),
    ].join('\n'),
  ];
}

function dateOf(sent: string, chance: Chance): string {
  return chance.is(0.1) ? sent.replace(' ', '\n ') : sent;
}

function cased(name: string, chance: Chance): string {
  return chance.pick([name, name, name, name.toLowerCase(), name.toUpperCase()]);
}

function rootOf(item: HostileItem, chance: Chance): Part {
  const texts = item.texts.map(({ sent }) => textPart(sent, chance));
  const files = item.files.map((file) => filePart(file, chance));
  const [only] = texts;
  if (only !== undefined && texts.length === 1 && files.length === 0 && chance.is(0.6)) return only;
  const content = inOrder(texts, files, chance);
  let root = multipart(
    chance.pick(['mixed', 'mixed', 'related', 'MIXED', 'x-odd']),
    content,
    chance,
  );
  const levels = chance.is(0.1) ? 1 + chance.below(4) : chance.is(0.01) ? 80 : 0;
  for (let level = 0; level < levels; level += 1) root = multipart('mixed', [root], chance);
  return root;
}

/** In the order of the item, or in any order with a SMIL document that tells it. */
function inOrder(texts: readonly Part[], files: readonly Part[], chance: Chance): Part[] {
  const parts = [...texts, ...files];
  const isNested = files.length > 1 && chance.is(0.3);
  const references = parts.map(({ reference }) => reference);
  const isTold = references.every((reference) => reference !== null) && parts.length > 1;
  if (isTold && chance.is(0.5)) {
    const sources = references.map((reference) => `<ref src="${reference}"/>`).join('\n');
    const body = `<smil><body><par>\n${sources}\n</par></body></smil>`;
    const type = chance.pick([
      'Content-Type: application/smil',
      'Content-Type: application/octet-stream; name="x.smil"',
    ]);
    const smil: Part = { fields: [type], body, reference: null, mayEndOpen: false };
    return [smil, ...chance.shuffled(parts)];
  }
  return isNested ? [...texts, multipart('parallel', files, chance)] : parts;
}

function textPart(text: string, chance: Chance): Part {
  const hasHalf = !text.isWellFormed();
  const lines = text.replaceAll('\r\n', '\n');
  const isWide = hasHalf || chance.is(0.1);
  const wrong = isWide || !chance.is(0.15) ? null : encodeMislabelled(lines, chance);
  const encoded = isWide ? encodeWide(text, chance) : (wrong ?? encode(lines, chance));
  const travelling = textTransfer(encoded, isWide, chance);
  const plain = {
    ...typed('text/plain', encoded.label, travelling, chance),
    mayEndOpen: !isWide,
  };
  if (text === '' || !chance.is(0.15)) return plain;
  // Plain text wins over HTML, whichever comes first.
  const html: Part = {
    fields: ['Content-Type: text/html; charset=utf-8'],
    body: '<p>another</p>',
    reference: null,
    mayEndOpen: false,
  };
  return { ...multipart('alternative', chance.shuffled([plain, html]), chance), reference: null };
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
    ...(isTyped ? [`Content-Type: ${chance.is(0.2) ? type.toUpperCase() : type}${charset}`] : []),
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

function filePart(file: SentFile, chance: Chance): Part {
  const isText = /^text\/(plain|html)$/.test(file.typeSeen);
  const { disposition, typeParameter } = nameHeaders(
    file.name,
    isText || file.type === null,
    chance,
  );
  const travelling = chance.is(0.7)
    ? inBase64(file.bytes, chance)
    : inQuotedPrintable(file.bytes, false, chance);
  const reference = `f${chance.below(2 ** 31)}`;
  const fields = [
    ...(file.type === null ? [] : [`Content-Type: ${file.type}${typeParameter}`]),
    ...(disposition === null ? [] : [`Content-Disposition: ${disposition}`]),
    `Content-Transfer-Encoding: ${travelling.encoding ?? '7bit'}`,
    `Content-ID: <${reference}>`,
  ];
  const mayEndOpen = travelling.encoding?.toLowerCase().startsWith('base64') === true;
  return {
    fields: chance.shuffled(fields),
    body: travelling.body,
    reference: `cid:${reference}`,
    mayEndOpen,
  };
}

function multipart(type: string, parts: readonly Part[], chance: Chance): Part {
  const boundary = chance.pick([
    `b${chance.below(2 ** 31)}`,
    `----=_Part_${chance.below(2 ** 31)}.${chance.below(2 ** 31)}`,
    `=_${chance.below(2 ** 31)}'()+_,-./:=?`,
    `${'x'.repeat(59)}${String(chance.below(2 ** 31)).padStart(10, '0')}`,
    `with space ${chance.below(2 ** 31)}`,
  ]);
  const preamble = chance.is(0.3) ? 'This is a multi-part message in MIME format.\n' : '';
  const blocks = parts.map(
    ({ fields, body }) =>
      `--${boundary}\n${fields.join('\n')}${fields.length > 0 ? '\n' : ''}\n${body}\n`,
  );
  const last = parts.at(-1);
  const isOpen = last?.mayEndOpen === true && chance.is(0.03);
  const end = isOpen ? '' : `--${boundary}--${chance.pick(['', '\n', '\nepilogue\n'])}`;
  return {
    fields: [`Content-Type: multipart/${type}; boundary="${boundary}"`],
    body: `${preamble}${blocks.join('')}${end}`,
    reference: null,
    mayEndOpen: false,
  };
}

/** CRLF, LF, or both in one file; a CR that stands alone in a text stays alone. */
function withLineEnds(text: string, chance: Chance): string {
  const form = chance.pick(['\r\n', '\r\n', '\n', 'mixed'] as const);
  if (form === '\n') return text;
  return text.replaceAll('\n', () => (form === 'mixed' ? chance.pick(['\r\n', '\n']) : form));
}
