import assert from 'node:assert/strict';
import { until } from '../../support/until.ts';
import type { Cell, Stage } from '../cell.ts';
import { finished } from '../finished.ts';

/** F21: the tenant refuses the app altogether, and takes it again later. */
const WITHDRAWN_CELLS: readonly Cell[] = [
  {
    id: 'F21-consent',
    row: 'F21',
    title: 'consent is withdrawn in the middle of the run: tokens end and no new ones are given',
    end: 'the day fails once and starts nothing more; after the cure the next run takes up the rest',
    async play(stage) {
      const { tenant } = stage.office;
      await refusedThenCured(
        stage,
        () => {
          tenant.change({ refusesTokens: true });
          tenant.revokeTokens();
        },
        () => {
          tenant.change({ refusesTokens: false });
          return Promise.resolve();
        },
      );
    },
  },
  {
    id: 'F21-secret',
    row: 'F21',
    title: "the app's secret is changed in the middle of the run",
    end: 'the day fails once; a worker with the new secret takes up the rest',
    async play(stage) {
      const { tenant, env } = stage.office;
      const secret = `another-secret-${String(stage.random()).slice(2)}`;
      stage.truth.keepSecret(secret);
      await refusedThenCured(
        stage,
        () => {
          tenant.changeSecret(secret);
          tenant.revokeTokens();
        },
        async () => {
          env['O2_GRAPH_SECRET'] = secret;
          for (const worker of stage.workers()) await worker.stop();
          await stage.startWorker();
        },
      );
    },
  },
  {
    id: 'F21-denied',
    row: 'F21',
    title: 'six mailboxes, and each answers 403: the app has lost its rights in Exchange',
    end: 'after five of them the day fails once; after the cure the next run archives all',
    async play(stage) {
      const { office, make, deliver, cast, startWorker, runDay, requested } = stage;
      const users = Array.from({ length: 6 }, () => stage.hire());
      for (const user of users) office.tenant.setMailbox(user.id, 'denied');
      await deliver(users.map((from) => make.sms({ from, to: [cast.eve] })));
      await startWorker();
      const refused = await runDay();
      assert.equal(refused.failure?.type, 'tenant-refused', 'the day did not fail as refused');
      assert.equal(requested('messages.create'), 0);
      for (const user of users) office.tenant.setMailbox(user.id, 'ready');
      // What the refused run asked of a mailbox is believed for a minute; a new worker asks anew.
      for (const worker of stage.workers()) await worker.stop();
      await startWorker();
      const { books } = finished(await runDay());
      assert.equal(books.imported, 6);
    },
  },
];

/** Nobody promises that the tenant does next month what it does today. */
const CHANGED_CELL: Cell = {
  id: 'F21-changed',
  row: 'F21',
  title: 'the tenant begins to make drafts of whatever it is sent; a canary mailbox is configured',
  end: 'noticed in the canary mailbox: the day fails before it posts anything; later it goes on',
  hasCanary: true,
  async play({ cast, make, deliver, office, startWorker, runDay }) {
    const { ann, ben } = cast;
    await deliver([make.sms({ from: ann, to: [ben] })]);
    office.tenant.change({ makesDrafts: true });
    await startWorker();
    const { failure } = await runDay();
    assert.equal(failure?.type, 'platform-changed');
    const { created } = office.tenant.counters();
    assert.equal((created[ann.id] ?? 0) + (created[ben.id] ?? 0), 0, 'it was tried on people');
    office.tenant.change({ makesDrafts: false });
    assert.equal(finished(await runDay()).books.imported, 2);
  },
};

async function refusedThenCured(
  stage: Stage,
  refuse: () => void,
  cure: () => Promise<unknown>,
): Promise<void> {
  const { cast, make, deliver, office, startWorker, startDay, runDay, created, requested } = stage;
  const { ann, ben, eve } = cast;
  const items = [ann, ben].flatMap((from) =>
    Array.from({ length: 20 }, () => make.sms({ from, to: [eve] })),
  );
  await deliver(items);
  office.tenant.order({ kind: 'messages.create', outcome: 'pass', latencyMs: 300, times: 0 });
  await startWorker();
  const day = await startDay();
  await until('the first copies are made', () => (created() >= 4 ? true : null));
  refuse();
  const { failure } = await day.end();
  assert.equal(failure?.type, 'tenant-refused');
  assert.ok(created() < items.length, 'the refusal came after the day was done');
  assert.ok(requested('token') < 60, `${String(requested('token'))} tokens asked for: a storm`);
  await cure();
  const { outcome, books } = finished(await runDay());
  assert.deepEqual([outcome, books.imported], ['complete', items.length]);
  assert.equal(created(), items.length);
}

export const REFUSED_CELLS: readonly Cell[] = [...WITHDRAWN_CELLS, CHANGED_CELL];
