import { parseArgs } from 'node:util';
import { buffer } from 'node:stream/consumers';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type { Message } from '../src/domain/message.ts';
import { base64Lines } from '../src/message/base64-lines.ts';
import { composeMessage } from '../src/message/compose.ts';
import { renderEml } from '../src/message/eml.ts';
import { composeItems, type ComposeItem } from './compose-items.ts';
import { median } from './round.ts';

export const COMPOSE_USAGE = `npm run bench -- compose [flags]

Builds the same messages (a text, an MMS with a picture, a call) in turn by the product, by nodemailer
and by a hand-written bound, which only encodes and joins the bytes. Prints messages a second and ratios.

  --rounds N      rounds of each (7)
  --messages N    messages a round (400)
  --json          one JSON document instead of the table
`;

const OPTIONS = {
  itemKey: 'c'.repeat(64),
  messageIdDomain: 'o2-archive.example.com',
  itemClass: 'IPM.Note',
  maxItemBytes: 150_000_000,
  stagedAt: 'packages/2026/11/23/202611230000-TeleMessage_1_20261124010000/1.zip',
};

type Build = (entry: ComposeItem, message: Message) => Promise<number>;

/** Each gives the size of what it built. */
const CONTENDERS = {
  ours: async (entry) => built(composeMessage(entry.item, OPTIONS), entry),
  'ours, rendering alone': async (entry, message) => built(message, entry),
  nodemailer: async (entry, message) => (await byNodemailer(entry, message)).length,
  'hand-written bound': async (entry, message) => byHand(entry, message).length,
} as const satisfies Record<string, Build>;

type Contender = keyof typeof CONTENDERS;

interface Row {
  readonly kind: string;
  readonly sizeBytes: number;
  readonly perSecond: Readonly<Record<Contender, number>>;
}

/** Gives what is to be printed; null when the flags make no sense. */
export async function benchCompose(
  flags: readonly string[],
  say: (text: string) => void,
): Promise<string | null> {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      rounds: { type: 'string', default: '7' },
      messages: { type: 'string', default: '400' },
      json: { type: 'boolean', default: false },
    },
  });
  const [rounds, messages] = [Number(values.rounds), Number(values.messages)];
  if (![rounds, messages].every((n) => Number.isInteger(n) && n > 0)) return null;
  const rows: Row[] = [];
  for (const entry of composeItems()) {
    rows.push(await rowOf(entry, rounds, messages));
    say(`${entry.kind}: done.`);
  }
  return values.json ? `${JSON.stringify(rows, null, 2)}\n` : render(rows);
}

async function rowOf(entry: ComposeItem, rounds: number, messages: number): Promise<Row> {
  const message = composeMessage(entry.item, OPTIONS);
  const names = Object.keys(CONTENDERS) as Contender[];
  const times = new Map<Contender, number[]>(names.map((name) => [name, []]));
  let sizeBytes = 0;
  // The first round warms up; each begins every other one, so that a busy machine favours none.
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const build: Build = CONTENDERS[name];
      const startedMs = performance.now();
      for (let made = 0; made < messages; made += 1) sizeBytes = await build(entry, message);
      if (round > 0) times.get(name)?.push((performance.now() - startedMs) / 1_000);
    }
  }
  const rate = (name: Contender) => messages / median(times.get(name) ?? []);
  const perSecond = Object.fromEntries(names.map((name) => [name, rate(name)]));
  return { kind: entry.kind, sizeBytes, perSecond: perSecond as Row['perSecond'] };
}

async function built(message: Message, { content }: ComposeItem): Promise<number> {
  let sizeBytes = 0;
  for await (const chunk of renderEml(message, () => Promise.resolve(content))) {
    sizeBytes += chunk.length;
  }
  return sizeBytes;
}

async function byNodemailer({ content }: ComposeItem, message: Message): Promise<Buffer> {
  const composer = new MailComposer({
    messageId: message.messageId,
    date: new Date(message.at),
    from: message.from,
    to: [...message.to],
    subject: message.subject,
    text: message.text,
    html: message.html,
    textEncoding: 'base64',
    headers: message.headers.map(({ name, value }) => ({ key: name, value })),
    attachments: message.attachments.map(({ name, contentType }) => ({
      filename: name,
      contentType,
      content,
    })),
  });
  return buffer(composer.compile().createReadStream());
}

/** The least that any of them has to do: UTF-8, base64 in lines, and joining. */
function byHand({ content }: ComposeItem, message: Message): Buffer {
  const headers = [
    `Date: ${new Date(message.at).toUTCString()}`,
    `Message-ID: ${message.messageId}`,
    `From: "${message.from.name}" <${message.from.address}>`,
    `To: ${message.to.map(({ name, address }) => `"${name}" <${address}>`).join(', ')}`,
    `Subject: ${message.subject}`,
    ...message.headers.map(({ name, value }) => `${name}: ${value}`),
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=mixed',
  ];
  const part = (type: string, bytes: Buffer) => [
    Buffer.from(
      `\r\n--mixed\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n`,
    ),
    base64Lines(bytes),
  ];
  return Buffer.concat([
    Buffer.from(`${headers.join('\r\n')}\r\n`),
    ...part('text/plain; charset=utf-8', Buffer.from(message.text)),
    ...part('text/html; charset=utf-8', Buffer.from(message.html)),
    ...message.attachments.flatMap(({ contentType }) => part(contentType, content)),
    Buffer.from('\r\n--mixed--\r\n'),
  ]);
}

function render(rows: readonly Row[]): string {
  const names = Object.keys(CONTENDERS) as Contender[];
  const cells = (first: string, rest: readonly string[]) =>
    [first.padEnd(18), ...rest.map((cell) => cell.padStart(23))].join('');
  const ratio = ({ perSecond }: Row, other: Contender) =>
    (perSecond.ours / perSecond[other]).toFixed(2);
  return [
    cells('messages a second', names),
    ...rows.map(({ kind, sizeBytes, perSecond }) =>
      cells(
        `${kind}, ${(sizeBytes / 1_000).toFixed(0)} kB`,
        names.map((name) => perSecond[name].toFixed(0)),
      ),
    ),
    '',
    ...rows.map(
      (row) =>
        `${row.kind}: ours ÷ nodemailer ${ratio(row, 'nodemailer')}, ours ÷ bound ${ratio(row, 'hand-written bound')}`,
    ),
    '',
  ].join('\n');
}
