import assert from 'node:assert/strict';
import test from 'node:test';
import { parseOptions, UsageError } from '../../../sandbox/options.ts';

test('without flags everything is left to the defaults', () => {
  const options = parseOptions([]);

  assert.deepEqual(options, {
    isOnce: false,
    keepsUp: false,
    isFresh: false,
    day: null,
    startDay: null,
    packages: null,
    users: null,
    mapping: null,
    ownDomains: null,
    state: null,
    ports: { temporal: null, ui: null, blob: null, site: null, tenant: null, mailboxes: null },
  });
});

test('own domains are split at commas, trimmed and in lower case', () => {
  const options = parseOptions(['--own-domains', ' A.example , b.example,']);

  assert.deepEqual(options?.ownDomains, ['a.example', 'b.example']);
});

test('what cannot be done is refused with the word that was wrong', () => {
  const wrong: [string[], RegExp][] = [
    [['--day', '2026-02-30'], /--day 2026-02-30/],
    [['--start-day', 'yesterday'], /--start-day yesterday/],
    [['--temporal-port', '70000'], /--temporal-port 70000/],
    [['--own-domains', ','], /--own-domains/],
    [['--unknown'], /--unknown[\s\S]*--once/],
    [['stray'], /stray/],
  ];

  for (const [argv, message] of wrong) {
    assert.throws(
      () => parseOptions(argv),
      (error: unknown) => error instanceof UsageError && message.test(error.message),
    );
  }
});

test('--help asks for nothing else', () => {
  assert.equal(parseOptions(['--help']), null);
});
