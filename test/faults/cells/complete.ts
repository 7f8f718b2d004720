import assert from 'node:assert/strict';
import type { FaultOrder } from '../../../sandbox/tenant/faults.ts';
import { until } from '../../support/until.ts';
import type { Cell, Stage } from '../cell.ts';
import { finished } from '../finished.ts';

/** Where the worker is killed while it makes the better copy and takes the partial one away. */
interface CompletionPoint {
  readonly name: string;
  readonly what: string;
  /** The request that is held open until the worker is dead. */
  readonly held: FaultOrder & { readonly kind: string };
  /** Requests of that kind that pass before it [0]. */
  readonly passing?: number;
  /** Messages of the item in the mailbox then: never none. */
  readonly there: number;
}

const POINTS: readonly CompletionPoint[] = [
  {
    name: 'create',
    what: 'the better copy is created, unanswered, and the partial one stands',
    held: { kind: 'messages.create', outcome: 'hang', applied: 'before' },
    there: 2,
  },
  {
    name: 'upload',
    what: 'the second range of the better copy is on its way, and the partial one stands',
    held: { kind: 'uploads.put', outcome: 'hang' },
    passing: 1,
    there: 2,
  },
  {
    name: 'whole',
    what: 'the better copy is whole, and the partial one is to be removed',
    held: { kind: 'messages.purge', outcome: 'hang' },
    there: 2,
  },
  {
    name: 'removed',
    what: 'the partial copy is removed, unanswered',
    held: { kind: 'messages.purge', outcome: 'hang', applied: 'before' },
    there: 1,
  },
];

/** F19: a copy without its recording is completed, as ADR 11 has it, and the worker is killed meanwhile. */
export const COMPLETION_CELLS: readonly Cell[] = POINTS.map(
  ({ name, what, held, passing = 0, there }): Cell => ({
    id: `F19-complete-${name}`,
    row: 'F19',
    title: `SIGKILL of the worker while a partial copy is completed: ${what}`,
    end: 'the new worker goes on with the better one; it alone stands, and there was never none',
    office: { limits: { settleSeconds: 2 } },
    async play(stage) {
      const { cast, make, deliver, office, startWorker, startDay, runDay, requested } = stage;
      const { ann, eve } = cast;
      await deliver([make.recording({ from: ann, to: [eve] })]);
      const mailbox = ann.id;
      const tooLarge = { status: 413, code: 'ErrorMessageSizeExceeded' };
      office.tenant.order({ kind: 'uploads.create', mailbox, ...tooLarge });
      const worker = await startWorker();
      const before = finished(await runDay()).books;
      assert.deepEqual([before.imported, before.partiallyImported], [0, 1]);

      const wanted = requested(held.kind) + passing + 1;
      if (passing > 0) {
        office.tenant.order({ kind: held.kind, mailbox, outcome: 'pass', times: passing });
      }
      office.tenant.order({ mailbox, ...held });
      const day = await startDay({ retry: { outcome: 'partial' } });
      await until('it is held', () => (requested(held.kind) >= wanted ? true : null));
      await until(`${String(there)} of the item are there`, async () =>
        (await messagesOf(stage, mailbox)) === there ? true : null,
      );
      await worker.kill();
      await startWorker();
      const { books, thisRun } = finished(await day.end());
      assert.deepEqual([books.imported, books.partiallyImported], [1, 0]);
      assert.deepEqual([thisRun.imported, stage.created()], [1, 3]);
      assert.equal(await messagesOf(stage, mailbox), 1);
    },
  }),
);

async function messagesOf({ ask }: Stage, user: string): Promise<number> {
  return (await ask('GET', `/users/${user}/messages?$select=id`)).value.length;
}
