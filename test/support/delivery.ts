import { createWriteStream, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** One `.eml` of a package that a test writes itself. */
export interface DeliveredItem {
  readonly name: string;
  readonly eml: string;
}

export interface Delivery {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly number?: number;
  readonly items: readonly DeliveredItem[];
  /** Lines of the manifest in place of the right ones. */
  readonly manifest?: readonly string[];
  /** When the file was last changed at the site; an hour ago unless said otherwise. */
  readonly changedAt?: Date;
}

/** Puts a package into the site's folder; gives its name without `.zip`. */
export async function deliver(siteFolder: string, delivery: Delivery): Promise<string> {
  const { day, number = 1, items, changedAt = new Date(Date.now() - 3_600_000) } = delivery;
  const name = `${day.replaceAll('-', '')}0000-TeleMessage_${String(number)}_20261125010000`;
  const manifest = delivery.manifest ?? [
    `Count: ${String(items.length)}`,
    ...items.map((item) => item.name),
  ];
  const zip = new ZipFile();
  for (const item of items) zip.addBuffer(Buffer.from(item.eml), item.name);
  zip.addBuffer(Buffer.from(`${manifest.join('\r\n')}\r\n`), `${name}.mf`);
  zip.end();
  const path = join(siteFolder, `${name}.zip`);
  await pipeline(zip.outputStream, createWriteStream(path));
  utimesSync(path, changedAt, changedAt);
  return name;
}

export interface WrittenParty {
  readonly name?: string;
  /** Without `+`, as the vendor writes it. */
  readonly number: string;
  readonly address: string;
}

export interface WrittenItem {
  readonly from: WrittenParty;
  readonly to: readonly WrittenParty[];
  readonly owner: string;
  readonly text: string;
  /** `2026-10-05T09:00:00Z`. */
  readonly at: string;
  readonly sourceId: string;
  readonly subject?: string;
}

/** An SMS as the vendor's `.eml` (docs/source-format.md). */
export function smsEml(item: WrittenItem): string {
  return [
    ...headOf(item, 'pager-message'),
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    item.text,
    '',
  ].join('\r\n');
}

export interface WrittenFile {
  readonly name: string;
  readonly contentType: string;
  readonly content: string;
}

/** An MMS, its files beside its text. */
export function mmsEml({
  files,
  ...item
}: WrittenItem & { readonly files: readonly WrittenFile[] }): string {
  const part = (type: string, disposition: string, content: string) => [
    '--part',
    `Content-Type: ${type}`,
    ...(disposition === '' ? [] : [`Content-Disposition: ${disposition}`]),
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(content).toString('base64'),
  ];
  return [
    ...headOf(item, 'multimedia-message'),
    'Content-Type: multipart/mixed; boundary="part"',
    '',
    ...part('text/plain; charset=utf-8', '', item.text),
    ...files.flatMap(({ name, contentType, content }) =>
      part(contentType, `attachment; filename="${name}"`, content),
    ),
    '--part--',
    '',
  ].join('\r\n');
}

function headOf(item: WrittenItem, messageType: string): string[] {
  const party = ({ name, number, address }: WrittenParty) =>
    `"${name === undefined ? number : `${name} ${number}`}" <${address}>`;
  return [
    `Date: ${new Date(item.at).toUTCString().replace('GMT', '+0000')}`,
    `From: ${party(item.from)}`,
    `To: ${item.to.map(party).join(',\r\n ')}`,
    `Subject: ${item.subject ?? 'SMS message'}`,
    `RCPT_TO: ${item.owner}`,
    `X-TELEMESSAGE-ArchiveMessageID: ${item.sourceId}`,
    `X-TELEMESSAGE-MessageType: ${messageType}`,
    'X-TELEMESSAGE-Network: O2',
    'X-TELEMESSAGE-Status: Delivered',
    'MIME-Version: 1.0',
  ];
}
