import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '../../..');
const GOLDEN = join(ROOT, 'test/unit/message/golden');
const PICTURES = join(ROOT, 'docs/pictures/messages');
const RETAKE = 'run "npm run picture-messages", look at the pictures and commit them';

async function namesIn(folder: string, ending: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(ending));
  return files.map((file) => file.slice(0, -ending.length)).sort();
}

test('every golden message has its picture, and every picture its message', async () => {
  assert.deepEqual(await namesIn(PICTURES, '.png'), await namesIn(GOLDEN, '.eml'), RETAKE);
});

test('every golden message has one row with its picture in docs/messages.md, and no row is orphaned', async () => {
  const page = await readFile(join(ROOT, 'docs/messages.md'), 'utf8');
  const rows = [
    ...page.matchAll(
      /^\| \*\*([\w-]+)\*\*<br>(.+?) +\| !\[\1\]\(pictures\/messages\/\1\.png\) +\|$/gm,
    ),
  ];

  assert.deepEqual(rows.map(([, name]) => name).sort(), await namesIn(GOLDEN, '.eml'));
  assert.equal(rows.length, page.match(/^\| (?!message|-)/gm)?.length, 'a row has another form');
});

test('no picture is older than its message', async () => {
  const takenOf = JSON.parse(await readFile(join(PICTURES, 'taken-of.json'), 'utf8')) as unknown;
  const names = await namesIn(GOLDEN, '.eml');
  const digests = names.map(async (name) => {
    const bytes = await readFile(join(GOLDEN, `${name}.eml`));
    return [name, createHash('sha256').update(bytes).digest('hex')] as const;
  });

  assert.deepEqual(takenOf, Object.fromEntries(await Promise.all(digests)), RETAKE);
});
