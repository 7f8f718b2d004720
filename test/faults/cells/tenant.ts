import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultOrder } from '../../../sandbox/tenant/faults.ts';
import { until } from '../../support/until.ts';
import type { Cell, Stage } from '../cell.ts';
import { finished } from '../finished.ts';

/** A late create comes before that, whatever the machine is busy with. */
const SETTLE_SECONDS = 12;
const LATE_MS = 7_000;
/** Two waits of the longest kind, on a machine that is busy. */
const ANSWERED_WITHIN_MS = 240_000;

/**
 * F14–F18, F20: what the tenant answers to a create, or does not. Each cell makes three copies, one
 * of which meets the fault, and says how many creates and look-ups that may take.
 */
interface Answered {
  readonly id: string;
  readonly title: string;
  readonly end: string;
  readonly fault: FaultOrder;
  /** Creates that the tenant sees in all. */
  readonly creates: number;
  /** Look-ups by Message-ID. */
  readonly lookUps: number;
  readonly isQuick?: boolean;
}

const THROTTLED = { status: 429, code: 'ApplicationThrottled' } as const;
const CLEAN = 'it waits as told and posts again without a look-up; nobody else waits';
const LOOKED = 'it waits until a lost create must show itself, looks by Message-ID, makes one copy';

const ANSWERED: readonly Answered[] = [
  {
    id: 'F14-seconds',
    title: '429 with Retry-After in seconds',
    end: CLEAN,
    fault: { ...THROTTLED, retryAfter: '2' },
    ...{ creates: 4, lookUps: 0, isQuick: true },
  },
  {
    id: 'F14-fraction',
    title: '429 with Retry-After in fractions of a second, as Graph sends it',
    end: CLEAN,
    fault: { ...THROTTLED, retryAfter: '2.128' },
    ...{ creates: 4, lookUps: 0 },
  },
  {
    id: 'F14-past',
    title: '429 with Retry-After as a date that is over when it arrives',
    end: CLEAN,
    fault: { ...THROTTLED, retryAfter: 'Mon, 23 Nov 2020 02:00:30 GMT' },
    ...{ creates: 4, lookUps: 0 },
  },
  {
    id: 'F14-zero',
    title: '429 with Retry-After: 0',
    end: CLEAN,
    fault: { ...THROTTLED, retryAfter: '0' },
    ...{ creates: 4, lookUps: 0 },
  },
  {
    id: 'F15-no-word',
    title: '429 without Retry-After',
    end: 'a pause of its own, 30 s at first; one copy',
    fault: THROTTLED,
    ...{ creates: 4, lookUps: 0 },
  },
  {
    id: 'F16-5xx',
    title: '503, not applied',
    end: LOOKED,
    fault: { status: 503, retryAfter: '1' },
    ...{ creates: 4, lookUps: 1 },
  },
  {
    id: 'F16-reset',
    title: 'connection reset, not applied',
    end: LOOKED,
    fault: { outcome: 'reset' },
    ...{ creates: 4, lookUps: 1 },
  },
  {
    id: 'F16-hang',
    title: 'no answer, not applied',
    end: LOOKED,
    fault: { outcome: 'hang' },
    ...{ creates: 4, lookUps: 1 },
  },
  {
    id: 'F17-5xx',
    title: '504, applied',
    end: LOOKED,
    fault: { status: 504, code: 'UnknownError', retryAfter: '1', applied: 'before' },
    ...{ creates: 3, lookUps: 1 },
  },
  {
    id: 'F17-reset',
    title: 'connection reset, applied',
    end: LOOKED,
    fault: { outcome: 'reset', applied: 'before' },
    ...{ creates: 3, lookUps: 1 },
  },
  {
    id: 'F17-cut',
    title: '201 whose body is cut',
    end: LOOKED,
    fault: { body: 'cut', applied: 'before' },
    ...{ creates: 3, lookUps: 1 },
  },
  {
    id: 'F17-empty',
    title: '201 with an empty body',
    end: LOOKED,
    fault: { status: 201, body: 'empty', applied: 'before' },
    ...{ creates: 3, lookUps: 1 },
  },
  {
    id: 'F17-page',
    title: "503 with a proxy's page, applied",
    end: LOOKED,
    fault: { status: 503, body: 'html', applied: 'before' },
    ...{ creates: 3, lookUps: 1 },
  },
  {
    id: 'F18-5xx',
    title: '503 at once, applied 7 s later',
    end: LOOKED,
    fault: { status: 503, retryAfter: '1', applied: 'late', lateMs: LATE_MS },
    ...{ creates: 3, lookUps: 1, isQuick: true },
  },
  {
    id: 'F18-reset',
    title: 'connection reset, applied 7 s later',
    end: LOOKED,
    fault: { outcome: 'reset', applied: 'late', lateMs: LATE_MS },
    ...{ creates: 3, lookUps: 1 },
  },
];

const ANSWER_CELLS = ANSWERED.map(
  ({ id, title, end, fault, creates, lookUps, isQuick = false }): Cell => ({
    id,
    row: id.slice(0, 3),
    title: `a create is answered: ${title}`,
    end,
    isQuick,
    timeoutMs: ANSWERED_WITHIN_MS,
    office: { limits: { settleSeconds: SETTLE_SECONDS } },
    async play(stage) {
      stage.office.tenant.order({ kind: 'messages.create', mailbox: stage.cast.ann.id, ...fault });
      await threeCopies(stage);
      assertRequests(stage, { creates, lookUps });
    },
  }),
);

/** Ann's, Ben's and Cat's, each of an item of its own. */
async function threeCopies({ cast, make, deliver, startWorker, runDay }: Stage): Promise<void> {
  const { ann, ben, cat, eve } = cast;
  await deliver([ann, ben, cat].map((from) => make.sms({ from, to: [eve] })));
  await startWorker();
  const { outcome, books } = finished(await runDay());
  assert.deepEqual([outcome, books.imported], ['complete', 3]);
}

function assertRequests(
  { requested }: Stage,
  wanted: { readonly creates: number; readonly lookUps: number },
): void {
  const seen = { creates: requested('messages.create'), lookUps: requested('messages.list') };
  const words = ({ creates, lookUps }: typeof wanted) =>
    `${String(creates)} creates and ${String(lookUps)} look-ups`;
  assert.deepEqual(seen, wanted, `${words(seen)} in place of ${words(wanted)}`);
}

const DATE_CELL: Cell = {
  id: 'F14-date',
  row: 'F14',
  title: 'a create is answered: 429 with Retry-After as a date',
  end: CLEAN,
  async play(stage) {
    stage.office.tenant.order({
      ...{ kind: 'messages.create', mailbox: stage.cast.ann.id, ...THROTTLED },
      retryAfter: new Date(Date.now() + 40_000).toUTCString(),
    });
    await threeCopies(stage);
    assertRequests(stage, { creates: 4, lookUps: 0 });
  },
};

const OBEYED_CELL: Cell = {
  id: 'F14-obeyed',
  row: 'F14',
  title: 'a mailbox answers 429 with Retry-After: 8 to whatever comes until the 8 s are over',
  end: 'nothing comes until then: one refusal for each request that was on its way, no more',
  async play({ cast, make, deliver, office, startWorker, startDay, requested }) {
    const { ann, eve } = cast;
    await deliver(Array.from({ length: 12 }, () => make.sms({ from: ann, to: [eve] })));
    office.tenant.order({
      ...{ kind: 'messages.create', mailbox: ann.id, times: 0 },
      ...{ ...THROTTLED, retryAfter: '8' },
    });
    await startWorker();
    const day = await startDay();
    await until('the first refusal', () => (requested('messages.create') > 0 ? true : null));
    // The time that was told is what this cell is about: nothing happens in it that could be waited for.
    await sleep(7_000);
    const refused = requested('messages.create');
    office.tenant.clearFaults();
    assert.ok(refused <= 4, `${String(refused)} creates within the time told; 4 fit into the lane`);
    const { books } = finished(await day.end());
    assert.equal(books.imported, 12);
  },
};

/** Copies of one mailbox in the storm; its lane and the pauses keep the requests few. */
const IN_STORM = 12;

const STORM_CELL: Cell = {
  id: 'F15-storm',
  row: 'F15',
  title: 'every request to one mailbox is answered 503 without Retry-After, 24 times',
  end: 'pauses and no busy loop; one copy each; the other mailbox goes on',
  office: { limits: { settleSeconds: 1 } },
  async play({ cast, make, deliver, office, startWorker, runDay, requested }) {
    const { ann, ben, eve } = cast;
    const wish = { from: ann, to: [eve] };
    const items = Array.from({ length: IN_STORM }, () => make.sms(wish));
    await deliver([...items, make.sms({ from: ben, to: [eve] })]);
    office.tenant.order({ kind: 'messages.*', mailbox: ann.id, times: 2 * IN_STORM });
    await startWorker();
    const { books } = finished(await runDay());
    assert.equal(books.imported, IN_STORM + 1);
    const requests = requested('messages.create') + requested('messages.list');
    assert.ok(requests <= 5 * IN_STORM, `${String(requests)} requests in the storm`);
  },
};

/** Tokens that end while the day runs, at the tenant's word or by the clock. */
const TOKEN_CELLS: readonly Cell[] = [
  {
    id: 'F20-revoked',
    row: 'F20',
    title: 'all tokens end in the middle of the run',
    end: 'a new one, the same request once more; nothing is posted twice',
    async play(stage) {
      const { tenant } = stage.office;
      tenant.order({ kind: 'messages.create', outcome: 'pass', latencyMs: 500, times: 0 });
      await midRun(stage, () => tenant.revokeTokens());
    },
  },
  {
    id: 'F20-short',
    row: 'F20',
    title: 'tokens look expired as soon as they are given out',
    end: 'they are renewed in silence',
    async play(stage) {
      // Renewed five minutes before its end: at once.
      stage.office.tenant.change({ tokenLifetimeSeconds: 60 });
      await midRun(stage, () => undefined);
    },
  },
  {
    id: 'F47-token-endpoint',
    row: 'F47',
    title:
      'what gives out tokens is away in the middle of the run (503, then silence), and they end',
    end: 'it waits and goes on; nothing fails; what is staged stays readable',
    async play(stage) {
      const { tenant } = stage.office;
      await midRun(stage, () => {
        tenant.revokeTokens();
        tenant.order({ kind: 'token', status: 503, times: 3 });
        tenant.order({ kind: 'token', outcome: 'reset', times: 2 });
      });
    },
  },
];

/** Twelve copies; `act` when the first of them is made. */
async function midRun(stage: Stage, act: () => void): Promise<void> {
  const { cast, make, deliver, startWorker, startDay, created } = stage;
  const { ann, ben, cat, eve } = cast;
  await deliver(
    [ann, ben, cat].flatMap((from) =>
      Array.from({ length: 4 }, () => make.sms({ from, to: [eve] })),
    ),
  );
  await startWorker();
  const day = await startDay();
  await until('the first copy is made', () => (created() > 0 ? true : null));
  act();
  const { outcome, books } = finished(await day.end());
  assert.deepEqual([outcome, books.imported], ['complete', 12]);
  assert.equal(created(), 12);
}

export const TENANT_CELLS: readonly Cell[] = [
  ...ANSWER_CELLS,
  DATE_CELL,
  OBEYED_CELL,
  STORM_CELL,
  ...TOKEN_CELLS,
];
