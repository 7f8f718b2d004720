import { chanceOf, type Chance } from './chance.ts';
import { nameHeaders } from './file-names.ts';
import type { SentFile } from './files.ts';
import { writePeople, writeValue } from './header-writing.ts';
import type { HostileItem } from './item.ts';
import { multipart, type Part } from './mime-part.ts';
import { textPart } from './text-parts.ts';
import { asItIs, inBase64, inQuotedPrintable, type Travelling } from './transfer.ts';

/** How an MMS gateway calls what is a multipart/related (OMA MMS encapsulation). */
const WAP_RELATED = 'application/vnd.wap.multipart.related';

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
  // Of two of a name, the first counts.
  const again = (value: string) => (chance.is(0.03) ? `\n${value}` : '');
  const fields = [
    ...(time.sent === null
      ? []
      : [
          field('Date', dateOf(time.sent, chance)) + again('Date: Tue, 01 Jan 2019 00:00:00 +0000'),
        ]),
    ...(subject === null
      ? []
      : [field('Subject', writeValue(subject.sent, chance)) + again('Subject: another')]),
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
    chance.pick(['mixed', 'mixed', 'related', 'MIXED', 'x-odd', WAP_RELATED]),
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
    const sources = references.map((reference) => `<ref ${sourceOf(reference, chance)}/>`);
    const comment = chance.is(0.2) ? `<!-- <ref src="${references.at(-1)}"/> -->` : '';
    const prefix = chance.is(0.1) ? 's:' : '';
    const start = chance.pick(['', '', '<!DOCTYPE smil [ <!ENTITY a "b"> ]>\n']);
    const body = `${start}<${prefix}smil>${comment}<body><par>\n${sources.join('\n')}\n</par></body></${prefix}smil>`;
    const type = chance.pick([
      'Content-Type: application/smil',
      'Content-Type: text/xml',
      'Content-Type: application/octet-stream; name="x.smil"',
    ]);
    const smil: Part = { fields: [type], body, reference: null, mayEndOpen: false };
    return [smil, ...chance.shuffled(parts)];
  }
  return isNested ? [...texts, multipart('parallel', files, chance)] : parts;
}

function sourceOf(reference: string | null, chance: Chance): string {
  const name = reference ?? '';
  return chance.pick([
    `src="${name}"`,
    `src='${name.replace('t', '&#116;')}'`,
    `src="${name.replaceAll('.', '%2E')}"`,
    `src=${name} `,
  ]);
}

function filePart(file: SentFile, chance: Chance): Part {
  const isText = /^text\/(plain|html)$/.test(file.typeSeen);
  const { disposition, typeParameter } = nameHeaders(
    file.name,
    isText || file.type === null,
    chance,
  );
  const travelling = travellingFile(file, chance);
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

/** Lines of text may travel as they are: their line ends are CRLF again, whatever the file's are. */
function travellingFile({ type, bytes }: SentFile, chance: Chance): Travelling {
  const isLines = bytes.toString('latin1').replaceAll('line\r\n', '') === '';
  if (type?.startsWith('text/') === true && !type.includes('utf-16') && isLines && chance.is(0.6)) {
    const lines = Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'));
    return chance.is(0.5) ? asItIs(lines, chance) : inQuotedPrintable(lines, true, chance);
  }
  return chance.is(0.7) ? inBase64(bytes, chance) : inQuotedPrintable(bytes, false, chance);
}

/** CRLF, LF, both in one file, or CR alone; a CR that stands alone in a text stays alone. */
function withLineEnds(text: string, chance: Chance): string {
  const form = chance.pick(['\r\n', '\r\n', '\r\n', '\n', '\n', 'mixed', '\r'] as const);
  if (form === '\n') return text;
  return text.replaceAll('\n', () => (form === 'mixed' ? chance.pick(['\r\n', '\n']) : form));
}
