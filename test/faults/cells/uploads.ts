import assert from 'node:assert/strict';
import type { FaultOrder } from '../../../sandbox/tenant/faults.ts';
import { until } from '../../support/until.ts';
import type { Cell } from '../cell.ts';
import { finished } from '../finished.ts';

interface Broken {
  readonly name: string;
  readonly what: string;
  readonly end: string;
  readonly fault: FaultOrder;
  /** The mailbox takes no more: the recording is left out and named. */
  readonly isLeftOut?: boolean;
}

const BROKEN: readonly Broken[] = [
  {
    name: 'range',
    what: 'a range arrives and its answer is lost',
    end: 'the session says what it has; no byte twice',
    fault: { kind: 'uploads.put', outcome: 'reset', applied: 'before' },
  },
  {
    name: 'last-range',
    what: 'the last range arrives and its answer is lost',
    end: 'the attachment is found by name and not added again',
    fault: { kind: 'uploads.put', every: 3, outcome: 'reset', applied: 'before' },
  },
  {
    name: 'lost',
    what: 'the session is lost (404) after a range',
    end: 'begun anew; one message with the whole recording',
    fault: { kind: 'uploads.put', every: 2, status: 404, code: 'ErrorItemNotFound' },
  },
  {
    name: 'throttled',
    what: 'a range is answered 429',
    end: 'it waits as told and sends that range again',
    fault: {
      ...{ kind: 'uploads.put', every: 2, status: 429 },
      ...{ code: 'ApplicationThrottled', retryAfter: '1' },
    },
  },
  {
    name: 'too-large',
    what: 'the mailbox refuses the size only when the session is asked for',
    end: 'the message is removed and made anew without the recording, as partial; both named',
    fault: { kind: 'uploads.create', status: 413, code: 'ErrorMessageSizeExceeded' },
    isLeftOut: true,
  },
];

const BROKEN_CELLS = BROKEN.map(({ name, what, end, fault, isLeftOut = false }): Cell => ({
  id: `F19-${name}`,
  row: 'F19',
  title: `in the middle of an upload session ${what}`,
  end,
  office: { limits: { settleSeconds: 2 } },
  async play({ cast, make, deliver, expect, office, startWorker, runDay, created }) {
    const { ann, eve } = cast;
    const item = make.recording({ from: ann, to: [eve] });
    await deliver([item]);
    office.tenant.order({ mailbox: ann.id, ...fault });
    if (isLeftOut) {
      const omitted = item.attachments.map((file) => file.name);
      expect(item, { outcome: 'partial', mailboxes: [ann.id], omitted });
    }
    await startWorker();
    const { books } = finished(await runDay());
    const { imported, partiallyImported } = books;
    assert.deepEqual([imported, partiallyImported], isLeftOut ? [0, 1] : [1, 0]);
    assert.equal(created(), isLeftOut ? 2 : 1);
  },
}));

/** F19: a large recording on its way, and what ends that way. */
export const UPLOAD_CELLS: readonly Cell[] = [
  {
    id: 'F19-kill',
    row: 'F19',
    title: 'SIGKILL of the worker while the second range of an upload session is on its way',
    end: 'the new worker finds the message and adds what it lacks; never a half item as imported',
    async play({ cast, make, deliver, office, startWorker, startDay, requested, created }) {
      const { ann, eve } = cast;
      await deliver([make.recording({ from: ann, to: [eve] })]);
      office.tenant.order({ kind: 'uploads.put', outcome: 'pass' });
      office.tenant.order({ kind: 'uploads.put', outcome: 'hang' });
      const worker = await startWorker();
      const day = await startDay();
      await until('the second range is on its way', () =>
        requested('uploads.put') >= 2 ? true : null,
      );
      await worker.kill();
      await startWorker();
      const { outcome, books } = finished(await day.end());
      assert.deepEqual([outcome, books.imported], ['complete', 1]);
      assert.equal(created(), 1);
    },
  },
  ...BROKEN_CELLS,
];
