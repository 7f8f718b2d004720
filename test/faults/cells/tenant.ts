import assert from 'node:assert/strict';
import type { Cell } from '../cell.ts';

/** F14–F21: what the tenant answers, or does not. */
export const TENANT_CELLS: readonly Cell[] = [
  {
    id: 'F14-seconds',
    row: 'F14',
    title: 'the mailbox answers 429 with Retry-After in seconds to the first create',
    end: 'it waits as told; one copy; the other mailbox does not wait',
    isQuick: true,
    async play({ cast, make, deliver, office, startWorker, runDay, requested }) {
      const { ann, ben, eve } = cast;
      await deliver([make.sms({ from: ann, to: [eve] }), make.sms({ from: ben, to: [eve] })]);
      office.tenant.order({
        ...{ kind: 'messages.create', mailbox: ann.id },
        ...{ status: 429, code: 'ApplicationThrottled', retryAfter: '2' },
      });
      await startWorker();
      const { result } = await runDay();
      assert.equal(result?.books.imported, 2);
      assert.equal(requested('messages.create'), 3);
      assert.equal(requested('messages.list'), 0, 'a clean refusal needs no look-up');
    },
  },
];
