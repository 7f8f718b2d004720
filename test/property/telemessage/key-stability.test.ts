import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { chanceOf, type Chance } from '../../hostile/chance.ts';
import { aFile } from '../../hostile/files.ts';
import { hostileItem, type HostileItem } from '../../hostile/item.ts';
import { anIdentity, FULL_FORMATS, inFormat } from '../../hostile/people.ts';
import { soundTime } from '../../hostile/times.ts';
import { wrap } from '../../hostile/wrapping.ts';
import { read } from '../../unit/telemessage/emails.ts';

/** What an item is, whatever its e-mail looks like. */
interface Facts {
  readonly from: string;
  readonly to: readonly string[];
  readonly seconds: number;
  readonly text: string;
  readonly media: readonly Buffer[];
  readonly sourceId: string;
}

/** How one delivery renders it. */
interface Rendering {
  readonly textEncoding: 'quoted-printable' | 'base64' | undefined;
  readonly mediaEncoding: 'base64' | 'quoted-printable' | '7bit';
  readonly boundary: string;
  readonly newline: 'unix' | 'windows';
  readonly headersFirst: boolean;
  readonly toReversed: boolean;
  readonly zoneHours: number;
  readonly format: 'number first' | 'name first';
  readonly pieceBytes: number;
}

const RUNS = 60;
const START_SECONDS = Date.UTC(2020, 0, 1) / 1000;
const END_SECONDS = Date.UTC(2026, 10, 23) / 1000;
const ONE_BYTE = Buffer.from([1]);

const number = fc
  .integer({ min: 0, max: 999 })
  .map((n) => `447700900${String(n).padStart(3, '0')}`);
const facts: fc.Arbitrary<Facts> = fc.record({
  from: number,
  to: fc.uniqueArray(number, { minLength: 1, maxLength: 4 }),
  seconds: fc.integer({ min: START_SECONDS, max: END_SECONDS }),
  // Line ends at the end and lone carriage returns are the wrapper's.
  text: fc
    .string({ unit: 'binary', maxLength: 300 })
    .map((text) => `x${text.replaceAll('\r', ' ').replaceAll('\0', '')}x`),
  media: fc.array(
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
    { maxLength: 3 },
  ),
  sourceId: fc.stringMatching(/^[a-z0-9_]{1,20}$/u),
});
const rendering: fc.Arbitrary<Rendering> = fc.record({
  textEncoding: fc.constantFrom('quoted-printable', 'base64', undefined),
  mediaEncoding: fc.constantFrom('base64', 'quoted-printable'),
  boundary: fc.stringMatching(/^[a-z]{1,20}$/u),
  newline: fc.constantFrom('unix', 'windows'),
  headersFirst: fc.boolean(),
  toReversed: fc.boolean(),
  zoneHours: fc.integer({ min: -11, max: 12 }),
  format: fc.constantFrom('number first', 'name first'),
  pieceBytes: fc.integer({ min: 1, max: 500 }),
});

function rfcDate(seconds: number, zoneHours: number): string {
  const local = new Date((seconds + zoneHours * 3600) * 1000).toUTCString();
  const zone = `${zoneHours < 0 ? '-' : '+'}${String(Math.abs(zoneHours)).padStart(2, '0')}00`;
  return local.replace('GMT', zone);
}

async function render(item: Facts, how: Rendering): Promise<Buffer> {
  const name = (of: string) => (how.format === 'number first' ? `${of} Änne` : `Änne ${of}`);
  const person = (of: string) => ({ name: name(of), address: `u${of}@example.com` });
  const to = item.to.map(person);
  const headers = [
    { key: 'X-TELEMESSAGE-ArchiveMessageID', value: item.sourceId },
    { key: 'X-TELEMESSAGE-MessageType', value: 'MMS' },
    { key: 'RCPT_TO', value: `u${item.from}@example.com` },
    { key: 'Date', value: rfcDate(item.seconds, how.zoneHours) },
    { key: 'X-Delivered-By', value: how.boundary },
  ];
  const mail = new MailComposer({
    from: person(item.from),
    to: how.toReversed ? to.toReversed() : to,
    text: item.text,
    ...(how.textEncoding === undefined ? {} : { textEncoding: how.textEncoding }),
    headers: how.headersFirst ? headers : headers.toReversed(),
    attachments: item.media.map((content, index) => ({
      content,
      filename: `${how.boundary}${index}.bin`,
      contentTransferEncoding: how.mediaEncoding as 'base64',
    })),
    baseBoundary: how.boundary,
    newline: how.newline,
  });
  return mail.compile().build();
}

const keyOf = async (item: Facts, how: Rendering) =>
  (await read(await render(item, how), 0, how.pieceBytes)).itemKey;

describe('the item key', () => {
  it('is the same however the item is rendered', async () => {
    await fc.assert(
      fc.asyncProperty(facts, rendering, rendering, async (item, one, other) => {
        assert.equal(await keyOf(item, one), await keyOf(item, other));
      }),
      { numRuns: RUNS },
    );
  });

  it('is another for another time, text, party, byte or source id', async () => {
    const changes: ((item: Facts) => Facts)[] = [
      (item) => ({ ...item, seconds: item.seconds - 1 }),
      (item) => ({ ...item, text: `${item.text} ` }),
      (item) => ({ ...item, to: [...item.to, '447700901000'] }),
      (item) => ({ ...item, from: '447700901001' }),
      (item) => ({ ...item, media: [...item.media, Buffer.from('x')] }),
      (item) => ({ ...item, sourceId: `${item.sourceId}_1` }),
    ];
    await fc.assert(
      fc.asyncProperty(facts, rendering, fc.constantFrom(...changes), async (item, how, change) => {
        assert.notEqual(await keyOf(item, how), await keyOf(change(item), how));
      }),
      { numRuns: RUNS },
    );
  });
});

describe('the item key of a hostile item', () => {
  const keyOf = async (item: HostileItem, wrapping: string) =>
    (await read(wrap(item, wrapping), 0, 4_000)).itemKey;
  const seeds = fc.nat(2 ** 31 - 1);

  it('is the same in every wrapping', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const item = hostileItem(seed, 0);

        const keys = await Promise.all(
          ['a', 'b', 'c'].map((each) => keyOf(item, `${seed}${each}`)),
        );

        assert.equal(new Set(keys).size, 1);
      }),
      { numRuns: RUNS },
    );
  });

  it('is the same in every display format, order of the address and zone of the time', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const people = [0, 1, 2].map((at) => anIdentity(chanceOf(`${seed}/${at}`)));
        const minute = START_SECONDS + 60 * (seed % 3_000_000);
        const keys = await Promise.all(
          ['a', 'b', 'c'].map((each) => {
            const chance = chanceOf(`${seed}${each}`);
            const [from, ...to] = people.map((who) =>
              inFormat(who, chance.pick(FULL_FORMATS), chance),
            );
            const time = soundTime(minute, chance);
            const item = { ...hostileItem(seed, 0), from: [from!], to: chance.shuffled(to), time };
            return keyOf(item, `${seed}${each}`);
          }),
        );

        assert.equal(new Set(keys).size, 1);
      }),
      { numRuns: RUNS },
    );
  });

  it('is another for another time, text, party or byte', async () => {
    const changes: ((item: HostileItem, chance: Chance) => HostileItem)[] = [
      (item, chance) => ({ ...item, time: soundTime(END_SECONDS + 86_399, chance) }),
      (item) => ({ ...item, texts: [...item.texts, { sent: 'more', seen: 'more' }] }),
      (item) => ({ ...item, texts: [{ sent: 'other', seen: 'other' }] }),
      (item, chance) => ({
        ...item,
        to: [
          ...item.to,
          inFormat({ ...anIdentity(chance), digits: '7700901000' }, 'number', chance),
        ],
      }),
      (item) => ({ ...item, to: [], from: [] }),
      (item, chance) => ({ ...item, files: [...item.files, aFile(chance)] }),
      (item) => ({
        ...item,
        files: item.files.map((file) => ({
          ...file,
          bytes: Buffer.concat([file.bytes, ONE_BYTE]),
        })),
      }),
    ];
    await fc.assert(
      fc.asyncProperty(seeds, fc.constantFrom(...changes), async (seed, change) => {
        const item = hostileItem(seed, 0);
        const other = change(item, chanceOf(`${seed}/change`));
        fc.pre(other.files.length > 0 || item.files.length === 0);
        fc.pre(change !== changes[6] || item.files.length > 0);
        fc.pre(change !== changes[4] || item.from.length + item.to.length > 0);
        // Without a date too it could not be read at all.
        fc.pre(change !== changes[4] || item.owner !== null);

        assert.notEqual(await keyOf(item, `${seed}a`), await keyOf(other, `${seed}b`));
      }),
      { numRuns: RUNS },
    );
  });
});
