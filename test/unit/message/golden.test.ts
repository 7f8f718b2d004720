import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Message } from '../../../src/domain/message.ts';
import { composeMessage } from '../../../src/message/compose.ts';
import type { GoldenCase } from './golden-cases.ts';
import { GOLDEN_CASES } from './golden-cases.ts';
import { OPTIONS, render, sha256 } from './items.ts';
import {
  expectedReading,
  readByMailparser,
  readByPostalMime,
  readByPython,
  withoutNameSpaces,
} from './readers.ts';

// `UPDATE_GOLDEN=1 node --test test/unit/message/golden.test.ts` writes the files anew. A changed
// file is another message for the same item: it asks for a new converter version.
const isUpdate = process.env['UPDATE_GOLDEN'] === '1';

for (const each of GOLDEN_CASES) {
  test(`${each.name} is written to the same bytes as ever`, async () => {
    const eml = await render(messageOf(each), each.files);

    if (isUpdate) await writeFile(pathOf(each), eml);

    assert.equal(eml.toString('latin1'), (await readFile(pathOf(each))).toString('latin1'));
  });

  test(`${each.name} reads back the same by mailparser and by postal-mime`, async () => {
    const eml = await readFile(pathOf(each));

    const expected = expectedReading(messageOf(each));

    assert.deepEqual(await readByMailparser(eml), expected);
    assert.deepEqual(await readByPostalMime(eml), expected);
  });

  test(`${each.name} carries the very bytes of its files`, () => {
    const { attachments, omitted } = messageOf(each);

    const digests = [...attachments, ...omitted].map((file) => file.sha256).sort();

    assert.deepEqual(digests, each.files.map((file) => sha256(file.bytes)).sort());
  });
}

test('all golden files read back the same by Python, without a defect', async (t) => {
  const emls = await Promise.all(GOLDEN_CASES.map((each) => readFile(pathOf(each))));
  const readings = await readByPython(emls);
  if (readings === null) {
    t.skip('skipped: there is no python3 on this machine, so only two readers were asked');
    return;
  }

  const expected = GOLDEN_CASES.map((each) => expectedReading(messageOf(each)));

  assert.deepEqual(readings.map(withoutNameSpaces), expected.map(withoutNameSpaces));
});

test('there is no golden file without a case', async () => {
  const files = await readdir(new URL('golden/', import.meta.url));

  assert.deepEqual(
    files.filter((name) => name.endsWith('.eml')).sort(),
    GOLDEN_CASES.map(({ name }) => `${name}.eml`).sort(),
  );
});

function messageOf({ item, options }: GoldenCase): Message {
  return composeMessage(item, { ...OPTIONS, ...options });
}

function pathOf({ name }: GoldenCase): string {
  return fileURLToPath(new URL(`golden/${name}.eml`, import.meta.url));
}
