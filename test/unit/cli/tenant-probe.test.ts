import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { tenantProbe } from '../../../src/cli/tenant-probe.ts';
import type { GraphClient } from '../../../src/mailbox/graph-client.ts';
import { GraphProblem } from '../../../src/mailbox/graph-problem.ts';
import { systemClock } from '../../../src/mailbox/clock.ts';

/** The probe of a tenant that answers everything with this. */
function probe(status: number | null, code: string | null) {
  const request = () => Promise.reject(new GraphProblem(status, code));
  return tenantProbe({ request } as unknown as GraphClient, {
    clock: systemClock,
    cloud: 'global',
    itemClass: 'IPM.Note',
    messageIdDomain: 'o2-archive.example.com',
  });
}

describe('a mailbox that is tried', () => {
  for (const code of ['ErrorInvalidUser', 'MailboxNotEnabledForRESTAPI']) {
    it(`and is not there (${code}) is said to be, not to lack a permission`, async () => {
      await assert.rejects(probe(404, code).readMailbox('nosuch@example.com'), (error: Error) => {
        assert.match(error.message, /no mailbox of that name.*user principal name/);
        assert.doesNotMatch(error.message, /Mail\.ReadWrite|nosuch/);
        return true;
      });
      await assert.rejects(
        probe(404, code).tryCanary('nosuch@example.com'),
        /no such mailbox.*user principal name/,
      );
    });
  }

  it('and may not be touched is said to need the right', async () => {
    await assert.rejects(
      probe(403, 'ErrorAccessDenied').readMailbox('ann@example.com'),
      /Give the app Mail\.ReadWrite/,
    );
  });
});
