import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, parseRetryAfter, problemOf } from '../../../src/mailbox/graph-problem.ts';

const NOW_MS = Date.parse('2026-11-23T02:00:00Z');

for (const [header, waitMs] of [
  ['7', 7_000],
  [' 7 ', 7_000],
  ['2.128', 2_128],
  ['0', 1_000],
  ['0.5', 1_000],
  ['600', 600_000],
  ['Mon, 23 Nov 2026 02:00:30 GMT', 30_000],
  ['Mon, 23 Nov 2026 01:59:00 GMT', 1_000],
  ['soon', null],
  ['-5', null],
  ['1e9', null],
  ['', null],
  [null, null],
] as const) {
  test(`Retry-After ${JSON.stringify(header)} asks for ${waitMs ?? 'nothing'}`, () => {
    assert.equal(parseRetryAfter(header, NOW_MS), waitMs);
  });
}

test('the most specific code that is known stands for the problem', () => {
  const error = {
    code: 'ErrorInternalServerError',
    message: 'x',
    innerError: { code: 'ErrorQuotaExceeded', innerError: { code: 'SomethingOfTheServer' } },
  };

  assert.equal(codeOf({ error }), 'ErrorQuotaExceeded');
  assert.equal(codeOf({ error: { code: 'New', innerError: { code: 'Newer' } } }), 'New');
  assert.equal(
    codeOf({ error: { code: 'Outer', innererror: { code: 'ErrorAccessDenied' } } }),
    'ErrorAccessDenied',
  );
});

test('a body that is no error of Graph has no code', () => {
  for (const body of [
    null,
    'text',
    7,
    {},
    { error: null },
    { error: 'x' },
    { error: { code: 7 } },
  ]) {
    assert.equal(codeOf(body), null);
  }
  assert.equal(codeOf({ error: { code: '<script>alice@example.com' } }), null);
});

test('an error that refers to itself ends', () => {
  const error: Record<string, unknown> = { code: 'Loop' };
  error['innerError'] = error;

  assert.equal(codeOf({ error }), 'Loop');
});

test('the quota of named properties, which has no code, is known by its words', () => {
  const error = { code: 'ErrorAccessDenied', message: 'Cannot get ID from name.' };

  assert.equal(codeOf({ error }), 'NamedPropertyQuota');
});

test('a problem tells status and code and nothing that Graph wrote', () => {
  const body = { error: { code: 'ErrorInvalidRecipients', message: 'alice@example.com is wrong' } };
  const headers = new Headers({ 'retry-after': '3', 'request-id': 'abc' });

  const problem = problemOf(400, headers, body, NOW_MS);

  assert.equal(problem.message, 'Graph answered 400 ErrorInvalidRecipients');
  assert.deepEqual([problem.retryAfterMs, problem.requestId], [3_000, 'abc']);
  assert.doesNotMatch(JSON.stringify(problem), /alice/);
});
