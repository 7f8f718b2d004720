import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ACTIVE_MAPPING_PATH,
  activeMapping,
  mappingVersionPath,
} from '../../../src/directory/active-mapping.ts';
import { parseMapping } from '../../../src/directory/mapping-csv.ts';
import type { RunError } from '../../../src/domain/run-error.ts';

const NUMBER = '+447700900123';
const AT = '2026-11-21T09:00:00Z';

test('within a run the mapping is read again after five seconds, many at once read once', async () => {
  const { mapping, clock, state } = withMapping('a@example.com');
  const ask = async () => (await mapping('run'))?.lookup(NUMBER, AT);

  assert.deepEqual(await Promise.all([ask(), ask()]), ['a@example.com', 'a@example.com']);
  assert.equal(state.reads, 2);
  state.activate('b@example.com');
  clock.ms = 4_000;
  assert.equal(await ask(), 'a@example.com');
  clock.ms = 6_000;
  assert.equal(await ask(), 'b@example.com');
});

test('a new run sees at once what was activated before it', async () => {
  const { mapping, state } = withMapping('a@example.com');
  await mapping('run');
  state.activate('b@example.com');

  const next = await mapping('next run');

  assert.equal(next?.lookup(NUMBER, AT), 'b@example.com');
});

test('without a mapping there is none; one whose file is gone is an error, and is asked for again', async () => {
  const none = activeMapping({ state: { read: async () => null }, defaultCountry: 'GB' });
  assert.equal(await none('run'), null);

  const { mapping, state } = withMapping('a@example.com');
  const files = new Map(state.files);
  for (const path of files.keys()) if (path !== ACTIVE_MAPPING_PATH) state.files.delete(path);
  await assert.rejects(
    mapping('run'),
    (error: RunError) =>
      error.code === 'mapping-invalid' && error.message.includes('activate FILE'),
  );
  for (const [path, bytes] of files) state.files.set(path, bytes);
  assert.equal((await mapping('run'))?.lookup(NUMBER, AT), 'a@example.com');
});

test('one that a report names and that is gone with its pointer is an error, not no mapping', async () => {
  const { mapping, state, source } = withMapping('a@example.com');
  await mapping('run');
  state.files.clear();

  for (const asked of [mapping('next run'), activeMapping(source)('of another worker')]) {
    await assert.rejects(
      asked,
      (error: RunError) =>
        error.code === 'mapping-invalid' &&
        error.message.includes('version the-last is missing') &&
        error.message.includes('activate FILE'),
    );
  }
  state.activate('a@example.com');
  assert.equal((await mapping('after the cure'))?.lookup(NUMBER, AT), 'a@example.com');
});

function withMapping(address: string) {
  const clock = { ms: 0 };
  const files = new Map<string, Buffer>();
  const state = {
    files,
    reads: 0,
    read: async (path: string) => {
      state.reads += 1;
      return files.get(path) ?? null;
    },
    activate(to: string) {
      const csv = Buffer.from(`mobileNumber,email\n${NUMBER},${to}\n`);
      const { version } = parseMapping(csv, 'GB');
      assert.ok(version);
      files.set(mappingVersionPath(version.id), csv);
      const active = { version: version.id, activatedAt: AT, by: 'test' };
      files.set(ACTIVE_MAPPING_PATH, Buffer.from(JSON.stringify(active)));
    },
  };
  state.activate(address);
  const source = { state, lastUsed: async () => 'the-last', defaultCountry: 'GB' };
  return { mapping: activeMapping(source, () => clock.ms), clock, state, source };
}
