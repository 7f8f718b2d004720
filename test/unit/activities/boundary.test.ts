import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { withBoundary } from '../../../src/activities/boundary.ts';
import { RUN_ERRORS, RunError, type RunErrorCode } from '../../../src/domain/run-error.ts';
import { activityEnvironment } from '../../support/activity-environment.ts';

const SECRET = '+447700900123 alice@example.com "the text of an item"';

/** What leaves an activity that throws, and what was told to the worker's log. */
async function leaving(thrown: unknown, attempt = 1) {
  const told: { activity: string; error: unknown }[] = [];
  const { work } = withBoundary(
    {
      work: async () => {
        throw thrown;
      },
    },
    { unexpected: (activity, error) => told.push({ activity, error }) },
  );
  const left: unknown = await activityEnvironment({ attempt })
    .run(work)
    .then(
      () => null,
      (error: unknown) => error,
    );
  return { left, told };
}

describe('an error of the run', () => {
  for (const code of Object.keys(RUN_ERRORS) as RunErrorCode[]) {
    const { isRetryable } = RUN_ERRORS[code];
    it(`leaves as a failure of its code, ${isRetryable ? 'tried again' : 'not tried again'}: ${code}`, async () => {
      const { left, told } = await leaving(new RunError(code, 'Do this next.'));

      assert.ok(left instanceof ApplicationFailure);
      assert.deepEqual(
        [left.type, left.message, left.nonRetryable, left.nextRetryDelay],
        [code, 'Do this next.', !isRetryable, undefined],
      );
      assert.deepEqual(told, []);
    });
  }

  it('comes again when the other side asked for it', async () => {
    const { left } = await leaving(
      new RunError('tenant-unavailable', 'Later.', { retryAfterMs: 12_250 }),
    );

    assert.ok(left instanceof ApplicationFailure);
    assert.equal(left.nextRetryDelay, 12_250);
  });

  it('takes nothing of its cause along', async () => {
    const { left } = await leaving(
      new RunError('site-unreachable', 'Look at the site.', { cause: new Error(SECRET) }),
    );

    assertSaysNothing(left);
  });
});

describe('an error that is not ours', () => {
  const foreign = Object.assign(new TypeError(SECRET), {
    code: 'ERR_FOREIGN',
    details: [SECRET],
    cause: new Error(SECRET),
  });

  it('leaves its name and code, and nothing of its text', async () => {
    const { left, told } = await leaving(foreign);

    assert.ok(left instanceof ApplicationFailure);
    assert.equal(left.type, 'internal-error');
    assert.match(left.message, /^Unexpected TypeError \(ERR_FOREIGN\)/);
    assertSaysNothing(left);
    assert.deepEqual(told, [{ activity: 'work', error: foreign }]);
  });

  it('is tried five times: a fault of ours does not go away by itself', async () => {
    const isLast = async (attempt: number) =>
      ((await leaving(foreign, attempt)).left as ApplicationFailure).nonRetryable;

    assert.deepEqual(await Promise.all([1, 2, 3, 4, 5, 6].map(isLast)), [
      ...[false, false, false, false],
      ...[true, true],
    ]);
  });

  for (const thrown of [SECRET, { message: SECRET }, null, undefined]) {
    it(`may be no Error at all: ${thrown === null ? 'null' : typeof thrown}`, async () => {
      const { left } = await leaving(thrown);

      assert.ok(left instanceof ApplicationFailure);
      assert.equal(left.type, 'internal-error');
      assertSaysNothing(left);
    });
  }
});

describe('what is Temporal’s own', () => {
  it('passes untouched', async () => {
    const failure = ApplicationFailure.create({ type: 'throttled', nonRetryable: true });
    const cancelled = new CancelledFailure('the item was ended');

    assert.equal((await leaving(failure)).left, failure);
    assert.equal((await leaving(cancelled)).left, cancelled);
  });
});

describe('a heartbeat', () => {
  /** Beats of 35 s of work, and of the 60 s after it. */
  async function beatsOf(name: string, mock: { enable(): void; tick(ms: number): void }) {
    mock.enable();
    const end = Promise.withResolvers<string>();
    const activities = withBoundary({ [name]: () => end.promise }, { unexpected: () => undefined });
    const environment = activityEnvironment();
    let beats = 0;
    environment.on('heartbeat', () => (beats += 1));
    const run = environment.run(activities[name]!);
    mock.tick(35_000);
    const during = beats;
    end.resolve('done');
    assert.equal(await run, 'done');
    mock.tick(60_000);
    return { during, after: beats - during };
  }

  it('is sent every 10 s of work, and none after it', async (context) => {
    const mock = timersOf(context.mock.timers);

    assert.deepEqual(await beatsOf('stage', mock), { during: 3, after: 0 });
  });

  it('is left to the import itself: its beats carry its word', async (context) => {
    const mock = timersOf(context.mock.timers);

    assert.deepEqual(await beatsOf('import', mock), { during: 0, after: 0 });
  });
});

function timersOf(timers: {
  enable(options: { apis: ['setInterval'] }): void;
  tick(ms: number): void;
}) {
  return {
    enable: () => timers.enable({ apis: ['setInterval'] }),
    tick: (ms: number) => timers.tick(ms),
  };
}

/** The failure as a history records it: message, details and causes. */
function assertSaysNothing(error: unknown): void {
  const { message, details, cause } = error as ApplicationFailure;
  const recorded = JSON.stringify([message, details, cause ?? null]);
  for (const secret of ['447700900123', 'alice', 'the text']) {
    assert.ok(!recorded.includes(secret), recorded);
  }
}
