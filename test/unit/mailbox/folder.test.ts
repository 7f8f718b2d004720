import assert from 'node:assert/strict';
import { test } from 'node:test';
import { folders } from '../../../src/mailbox/folder.ts';
import type { Folders } from '../../../src/mailbox/folder.ts';
import { handClock } from '../../support/hand-clock.ts';

for (const [status, code, expected] of [
  [404, 'ResourceNotFound', false],
  [404, 'MailboxNotEnabledForRESTAPI', false],
  [403, 'ErrorAccessDenied', true],
  [429, 'ApplicationThrottled', true],
  [400, 'NeverSeenBefore', true],
  [418, null, true],
  [500, 'ErrorInternalServerError', true],
  [503, null, true],
  [507, 'ErrorQuotaExceeded', true],
] as const) {
  test(`${status} ${code ?? 'without a code'} is ${expected ? 'a' : 'no'} mailbox`, async () => {
    const answers = await foldersOf(status, code).answers('alice', 'run');

    assert.equal(answers, expected);
  });
}

for (const [status, code, expected] of [
  [401, 'InvalidAuthenticationToken', 'tenant-refused'],
  [null, null, 'tenant-unavailable'],
  // Of a proxy: Graph's own has a code.
  [404, null, 'tenant-unavailable'],
] as const) {
  test(`${status ?? 'no answer'} tells of no mailbox: ${expected}`, async () => {
    await assert.rejects(foldersOf(status, code).answers('alice', 'run'), {
      name: 'RunError',
      code: expected,
    });
  });
}

function foldersOf(status: number | null, code: string | null): Folders {
  return folders({
    client: {
      request: () => assert.fail('nothing is made'),
      bare: () => assert.fail('nothing is uploaded'),
      requests: () => 0,
    },
    reads: {
      read: async () => ({ status, code, body: null, retryAfterMs: null }),
      subRequests: () => 0,
    },
    clock: handClock(),
    name: 'O2',
  });
}
