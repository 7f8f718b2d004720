import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { simpleParser } from 'mailparser';
import { composeMessage } from '../../../src/message/compose.ts';
import { renderEml } from '../../../src/message/eml.ts';
import { GOLDEN_CASES } from './golden-cases.ts';
import type { File } from './items.ts';
import { aFile, anMms, anSms, bytesOf, gathered, OPTIONS, render, sha256 } from './items.ts';
import { expectedReading, readByMailparser } from './readers.ts';

const run = promisify(execFile);

test('the bytes are the same in any time zone and language', async () => {
  const golden = Object.fromEntries(
    await Promise.all(GOLDEN_CASES.map(async ({ name }) => [name, sha256(await goldenOf(name))])),
  );

  const kolkata = await renderedIn({
    TZ: 'Asia/Kolkata',
    LANG: 'ar_EG.UTF-8',
    LC_ALL: 'ar_EG.UTF-8',
  });
  const honolulu = await renderedIn({ TZ: 'Pacific/Honolulu', LANG: 'C', LC_ALL: 'C' });

  assert.deepEqual(kolkata, golden);
  assert.deepEqual(honolulu, golden);
});

test('a reader of mail finds the thread, and the original of an edit', async () => {
  const original = composeMessage(anSms({ sourceId: '1699' }), OPTIONS);
  const edit = composeMessage(anSms({ event: 'edit', originalSourceId: '1699' }), OPTIONS);

  const first = await simpleParser(await render(original));
  const second = await simpleParser(await render(edit));

  assert.deepEqual(first.references, original.references);
  assert.deepEqual(second.references, first.references);
  assert.equal(first.inReplyTo, undefined);
  assert.equal(second.inReplyTo, original.references.at(-1));
  assert.equal(second.headers.get('thread-topic'), original.conversation?.topic);
  assert.equal(second.headers.get('thread-index'), edit.conversation?.index);
});

test('the bytes are the same whether an attachment is held or streamed, in chunks of any size', async () => {
  const files = [1, 56, 57, 58, 47_880, 200_003].map((size) => aFile({ bytes: bytesOf(size) }));
  const message = composeMessage(anMms(files), OPTIONS);
  const held = await render(message, files);

  for (const chunkBytes of [1_000, 57, 65_536]) {
    const open = (position: number) =>
      Promise.resolve(Readable.from(inPieces(files[position]!.bytes, chunkBytes)));
    assert.deepEqual(Buffer.concat(await gathered(renderEml(message, open))), held);
  }
  assert.deepEqual(await readByMailparser(held), expectedReading(message));
});

test('it comes in chunks of 64 KiB', async () => {
  const files = [aFile({ bytes: bytesOf(300_000) })];
  const chunks = await gathered(renderEml(composeMessage(anMms(files), OPTIONS), opener(files)));

  const sizes = chunks.map(({ length }) => length);

  assert.ok(sizes.length > 5);
  assert.ok(sizes.slice(0, -1).every((size) => size === 65_536));
});

test('attachments are opened one after another, each when its turn has come', async () => {
  const files = [aFile({ bytes: bytesOf(100_000) }), aFile({ bytes: bytesOf(100_000, 2) })];
  const opened: number[] = [];
  const open = (position: number) => {
    opened.push(position);
    return opener(files)(position);
  };

  const chunks = renderEml(composeMessage(anMms(files), OPTIONS), open)[Symbol.asyncIterator]();
  await chunks.next();

  assert.deepEqual(opened, [0]);
  while (!(await chunks.next()).done);
  assert.deepEqual(opened, [0, 1]);
});

test('bytes that differ from those that were indexed fail the message', async () => {
  const files = [aFile({ bytes: bytesOf(100) })];
  const message = composeMessage(anMms(files), OPTIONS);
  const cut = bytesOf(99);

  const held = gathered(renderEml(message, () => Promise.resolve(cut)));
  const streamed = gathered(renderEml(message, () => Promise.resolve(Readable.from([cut]))));

  await assert.rejects(held, { name: 'RunError', code: 'staging-corrupt' });
  await assert.rejects(streamed, { name: 'RunError', code: 'staging-corrupt' });
});

test('a reader that stops early leaves no stream open', async () => {
  const files = [aFile({ bytes: bytesOf(500_000) })];
  const source = Readable.from(inPieces(files[0]!.bytes, 10_000));
  const message = composeMessage(anMms(files), OPTIONS);

  for await (const chunk of renderEml(message, () => Promise.resolve(source))) {
    assert.ok(chunk.length > 0);
    break;
  }

  assert.ok(source.destroyed);
});

test('a stream that breaks breaks the message with the same error', async () => {
  const message = composeMessage(anMms([aFile()]), OPTIONS);
  const lost = new Error('connection lost');
  const source = new Readable({ read: () => source.destroy(lost) });

  await assert.rejects(gathered(renderEml(message, () => Promise.resolve(source))), lost);
});

test('memory does not grow with a streamed attachment', async () => {
  const script = fileURLToPath(new URL('stream-large.ts', import.meta.url));
  const { stdout } = await run(process.execPath, [script, '110000000']);

  const { writtenBytes, grownBytes } = JSON.parse(stdout) as Record<string, number>;

  assert.ok(writtenBytes! > 148_000_000);
  assert.ok(grownBytes! < 64_000_000, `grew by ${String(grownBytes)} bytes`);
});

async function renderedIn(env: Record<string, string>): Promise<unknown> {
  const script = fileURLToPath(new URL('render-all.ts', import.meta.url));
  const { stdout } = await run(process.execPath, [script], { env });
  return JSON.parse(stdout);
}

function goldenOf(name: string): Promise<Buffer> {
  return readFile(new URL(`golden/${name}.eml`, import.meta.url));
}

function opener(files: readonly File[]): (position: number) => Promise<Buffer> {
  return (position) => Promise.resolve(files[position]!.bytes);
}

function* inPieces(bytes: Buffer, sizeBytes: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += sizeBytes) yield bytes.subarray(at, at + sizeBytes);
}
