import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endAll } from '../../support/ending.ts';

const never = () => new Promise<void>(() => undefined);

test('what does not end, and what fails, is named when all the others have ended', async () => {
  const ended: string[] = [];
  const ending = endAll([
    { what: 'the first', withinMs: 10, end: never },
    { what: 'the second', withinMs: 10_000, end: () => Promise.reject(new Error('it is in use')) },
    { what: 'the third', withinMs: 10_000, end: async () => ended.push('third') },
  ]);

  await assert.rejects(ending, {
    message: 'the first: did not end within 0.01 s; the second: it is in use',
  });
  assert.deepEqual(ended, ['third']);
});

test('what ends in time is not waited for any longer', async () => {
  await endAll([{ what: 'the only one', withinMs: 1_000_000, end: () => Promise.resolve() }]);
});
