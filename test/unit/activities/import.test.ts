import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApplicationFailure, type Info } from '@temporalio/activity';
import { toSeconds } from '../../../src/domain/archive-day.ts';
import { importCopy, type Imported } from '../../../src/activities/import.ts';
import type { MemoryBudget } from '../../../src/activities/memory-budget.ts';
import { REASONS } from '../../../src/domain/reason.ts';
import type { MailboxEntry, Receipt } from '../../../src/domain/receipt.ts';
import type { Attempt, ImportEnd, ImportInput, Word } from '../../../src/mailbox/importer.ts';
import type { Staging } from '../../../src/staging/staging.ts';
import { activityEnvironment } from '../../support/activity-environment.ts';
import { aRead, aReceipt, aReference, DAY, keyOf } from '../../support/builders.ts';
import { fakeConnector, only } from '../../support/fake-connector.ts';
import { memoryStaging } from '../../support/memory-staging.ts';

const RUN_ID = '11111111-1111-1111-1111-111111111111';
const MAILBOX = { id: 'mailbox-1', rule: 'custom', mappingVersion: 'v7' } as const;
const SCHEDULED_MS = Date.parse('2026-11-24T02:00:00Z');
const DONE: ImportEnd = {
  end: 'done',
  messageId: 'immutable-1',
  at: '2026-11-24T02:00:01Z',
  outcome: 'imported',
  omitted: [],
  adopted: false,
  removed: [],
  requests: 1,
};

interface Trial {
  readonly info?: Partial<Info>;
  /** Whose convert created the message blob. */
  readonly createdInRun?: string | null;
  readonly isReset?: boolean;
  readonly startedAt?: string;
  readonly receipt?: Partial<Receipt>;
  readonly staging?: Staging;
  readonly end?: ImportEnd | ((attempt: Attempt) => ImportEnd);
  readonly read?: Parameters<typeof aRead>[0];
  readonly memory?: MemoryBudget;
  readonly complete?: true;
  readonly rule?: 'unmatched';
}

/** What the rule book was asked, and how the activity ended. */
async function tried(trial: Trial) {
  const staging = trial.staging ?? memoryStaging();
  if (trial.receipt !== undefined) await staging.receipts.write(DAY, aReceipt(trial.receipt));
  const asked: { input: ImportInput; attempt: Attempt }[] = [];
  const beats: unknown[] = [];
  const connector = fakeConnector({
    staging,
    ...(trial.memory === undefined ? {} : { memory: trial.memory }),
    items: {
      read: async () => ({ problem: null, ...aRead(trial.read) }),
      attachments: () => ({ open: async () => Buffer.from('x'), close: () => undefined }),
    },
    importCopy: async (input, attempt) => {
      asked.push({ input, attempt });
      const { end = DONE } = trial;
      return typeof end === 'function' ? end(attempt) : end;
    },
  });
  const environment = activityEnvironment({
    workflowExecution: { workflowId: 'o2-item:o2:1', runId: RUN_ID },
    scheduledTimestampMs: Date.now(),
    currentAttemptScheduledTimestampMs: SCHEDULED_MS,
    ...trial.info,
  });
  environment.on('heartbeat', (details) => beats.push(details));
  const { createdInRun = null, isReset = false, startedAt = toSeconds(Date.now()) } = trial;
  const item = aReference();
  const mailbox = trial.rule === undefined ? MAILBOX : { ...MAILBOX, rule: trial.rule };
  const more = trial.complete === undefined ? {} : { complete: trial.complete };
  const input = { run: 'day', item, home: DAY, createdInRun, startedAt, isReset, mailbox, ...more };
  const end: unknown = await environment
    .run(importCopy(only(connector)), input)
    .catch((error: unknown) => error);
  return { asked, beats, end };
}

async function askedIn(trial: Trial) {
  const { asked } = await tried(trial);
  assert.equal(asked.length, 1);
  return asked[0]!;
}

describe('an import is fresh', () => {
  it('on attempt 1 of the very run whose convert created the message, and reads no receipt', async () => {
    const staging = memoryStaging();
    const receipts = {
      ...staging.receipts,
      find: () => assert.fail('a receipt was looked for'),
    };

    const { input, attempt } = await askedIn({
      createdInRun: RUN_ID,
      staging: { ...staging, receipts },
    });

    assert.equal(input.isFresh, true);
    assert.equal(attempt.number, 1);
    assert.equal(attempt.lastWord, undefined);
    assert.equal('previousMayHaveSentUntilMs' in attempt, false);
  });

  for (const [why, trial] of [
    ['a later attempt', { createdInRun: RUN_ID, info: { attempt: 2 } }],
    ['a run that was reset: another run’s convert created it', { createdInRun: 'before' }],
    ['a message that was there before', { createdInRun: null }],
    ['a run that began long ago', { createdInRun: RUN_ID, startedAt: '2026-11-24T01:00:00Z' }],
  ] as const) {
    it(`never on ${why}; an attempt before it may have sent until it was scheduled`, async () => {
      const { input, attempt } = await askedIn(trial);

      assert.equal(input.isFresh, false);
      assert.equal(attempt.previousMayHaveSentUntilMs, SCHEDULED_MS);
    });
  }

  it('never where the item has a receipt, but then no earlier attempt can be sending', async () => {
    const { input, attempt } = await askedIn({ receipt: { outcome: 'unmapped' } });

    assert.equal(input.isFresh, false);
    assert.equal('previousMayHaveSentUntilMs' in attempt, false);
  });

  it('never after a reset, whose run may have sent in spite of an earlier receipt', async () => {
    const { attempt } = await askedIn({ isReset: true, receipt: { outcome: 'unmapped' } });

    assert.equal(attempt.previousMayHaveSentUntilMs, SCHEDULED_MS);
  });
});

describe('the word of an attempt', () => {
  const word: Word = { sent: '2026-11-24T02:00:00.000Z', omit: [2] };

  it('is what the attempt before it beat last', async () => {
    const { attempt } = await askedIn({ info: { attempt: 2, heartbeatDetails: word } });

    assert.deepEqual([attempt.number, attempt.lastWord], [2, word]);
  });

  it('is beaten at once, and by every later beat again: details are last-write', async (context) => {
    context.mock.timers.enable({ apis: ['Date'], now: SCHEDULED_MS });
    const { beats } = await tried({
      end(attempt) {
        attempt.heartbeat();
        attempt.leaveWord(word);
        attempt.heartbeat();
        attempt.leaveWord({ sent: null });
        attempt.heartbeat();
        return DONE;
      },
    });

    // A later create may be on its way before the next beat is passed on: no beat says "nothing is".
    const perhaps = { sent: new Date(SCHEDULED_MS + 45_000).toISOString() };
    assert.deepEqual(beats, [undefined, word, word, { sent: null }, perhaps]);
  });

  it('is beaten while the import waits for memory, and never that nothing is on its way', async (context) => {
    context.mock.timers.enable({ apis: ['setInterval', 'Date'], now: SCHEDULED_MS });
    const { beats } = await tried({
      info: { attempt: 2, heartbeatDetails: { sent: null, removed: ['gone'] } },
      memory: {
        forPackage: () => assert.fail('no package is read'),
        forItem(_sizeBytes, _signal, work) {
          context.mock.timers.tick(10_000);
          return work();
        },
      },
    });

    const perhaps = new Date(SCHEDULED_MS + 55_000).toISOString();
    assert.deepEqual(beats, [{ sent: perhaps, removed: ['gone'] }]);
  });

  it('that came from the attempt before is not wiped out by a bare beat', async () => {
    const { beats } = await tried({
      info: { attempt: 2, heartbeatDetails: word },
      end(attempt) {
        attempt.heartbeat();
        return DONE;
      },
    });

    assert.deepEqual(beats, [word]);
  });
});

describe('a copy once made', () => {
  const made: MailboxEntry = {
    ...MAILBOX,
    mappingVersion: 'v1',
    messageId: 'immutable-0',
    at: '2026-11-22T02:00:00Z',
    outcome: 'imported',
    reason: null,
  };

  for (const outcome of ['imported', 'partial'] as const) {
    for (const attempt of [1, 2]) {
      it(`is never posted again and stays as it was: ${outcome}, attempt ${String(attempt)}`, async () => {
        const { asked, end } = await tried({
          info: { attempt },
          receipt: { outcome: 'unmapped', mailboxes: [{ ...made, outcome }] },
        });

        assert.deepEqual(asked, []);
        assert.deepEqual(end, { copy: { ...made, outcome }, isMade: false, attempts: attempt });
      });
    }
  }

  it('in another mailbox, or given up, does not count', async () => {
    const mailboxes: MailboxEntry[] = [
      { ...made, id: 'mailbox-2' },
      { ...made, messageId: null, outcome: 'failed', reason: 'throttled', removed: ['gone'] },
    ];

    const { input } = await askedIn({ receipt: { outcome: 'failed', mailboxes } });

    assert.equal(input.mailboxId, MAILBOX.id);
    assert.deepEqual(input.removed, ['gone']);
  });
});

describe('a copy that is made', () => {
  it('is told with its rule, mapping version and message', async () => {
    const { end } = await tried({ info: { attempt: 3 } });

    assert.deepEqual(end, {
      copy: {
        ...MAILBOX,
        messageId: DONE.messageId,
        at: DONE.at,
        outcome: 'imported',
        reason: null,
      },
      isMade: true,
      attempts: 3,
    });
  });

  it('counts for the run that puts it on a receipt, also when an attempt that died had sent it', async () => {
    const { end } = await tried({ info: { attempt: 2 }, end: { ...DONE, adopted: true } });

    assert.equal((end as Imported).isMade, true);
  });

  it('is partial when its mailbox took less, or the vendor had removed files', async () => {
    const less = await tried({
      end: { ...DONE, outcome: 'partial', omitted: [1], removed: ['gone'] },
    });
    const removed = await tried({ read: { hasFilesRemovedAtSource: true } });

    const { outcome, omitted, removed: ids } = (less.end as Imported).copy;
    assert.deepEqual([outcome, omitted, ids], ['partial', [1], ['gone']]);
    assert.equal((removed.end as Imported).copy.outcome, 'partial');
  });

  it('is composed of the item, and again without what its mailbox does not take', async () => {
    const { input } = await askedIn({});

    assert.deepEqual(input.message, { itemKey: keyOf(1), omit: [] });
    assert.deepEqual(input.recompose([2]), { itemKey: keyOf(1), omit: [2] });
  });
});

describe('a copy of the unmatched mailbox', () => {
  it("lies in the folder of the item's own year", async () => {
    const read = { at: '2025-12-31T23:59:59Z' };

    assert.equal((await askedIn({ rule: 'unmatched', read })).input.year, '2025');
    assert.equal((await askedIn({ read })).input.year, undefined);
  });
});

describe('a copy that lacks something', () => {
  const partial: MailboxEntry = {
    ...MAILBOX,
    messageId: 'immutable-0',
    at: '2026-11-22T02:00:00Z',
    outcome: 'partial',
    reason: null,
    omitted: [1, 2],
    removed: ['gone'],
  };
  const receipt = { outcome: 'partial', mailboxes: [partial] } as const;

  it('is completed when it is asked for: made anew, and the one before removed', async () => {
    const done = { ...DONE, removed: ['gone', 'immutable-0'] };
    const { asked, end } = await tried({ receipt, complete: true, end: done });

    const [{ input }] = asked as [(typeof asked)[0]];
    assert.deepEqual(input.replaces, { messageId: 'immutable-0', omitted: 2 });
    assert.deepEqual([input.isFresh, input.removed], [false, ['gone']]);
    const { copy, isMade } = end as Imported;
    assert.deepEqual(
      [copy.outcome, copy.messageId, copy.omitted, copy.removed, isMade],
      ['imported', 'immutable-1', undefined, ['gone', 'immutable-0'], true],
    );
  });

  it('stays as it was, and says why, when its mailbox still does not take more', async () => {
    const failed = { end: 'failed', reason: 'refused-by-tenant', removed: ['gone'] } as const;
    const detail = 'ErrorMessageSizeExceeded';
    const { end } = await tried({ receipt, complete: true, end: { ...failed, detail } });

    assert.deepEqual(end, { copy: partial, isMade: false, attempts: 1, notCompleted: detail });
  });

  it('notes what was taken back on the way, that no look-up takes it for the copy', async () => {
    const failed = { end: 'failed', reason: 'refused-by-tenant', detail: 'x' } as const;
    const { end } = await tried({
      receipt,
      complete: true,
      end: { ...failed, removed: ['gone', 'b'] },
    });

    assert.deepEqual((end as Imported).copy, { ...partial, removed: ['gone', 'b'] });
  });

  it('waits as told, and gives up after parkMs, but not while the better one is half made', async () => {
    const again: ImportEnd = {
      end: 'again',
      afterMs: 5_000,
      reason: 'throttled',
      removed: ['gone'],
    };
    const late = { scheduledTimestampMs: Date.now() - fakeConnector().settings.parkMs };
    const half = (attempt: Attempt) => {
      attempt.leaveWord({ sent: '2026-11-24T02:00:00.000Z', messageId: 'half' });
      return again;
    };

    const inTime = await tried({ receipt, complete: true, end: again });
    const over = await tried({ receipt, complete: true, end: again, info: late });
    const halfMade = await tried({ receipt, complete: true, end: half, info: late });

    assert.equal((inTime.end as ApplicationFailure).nextRetryDelay, 5_000);
    assert.equal((over.end as Imported).notCompleted, 'throttled');
    assert.deepEqual((over.end as Imported).copy, partial);
    assert.equal((halfMade.end as ApplicationFailure).nonRetryable, false);
  });

  it('is left alone where the vendor removed the files, or nobody asked', async () => {
    const { omitted: _, ...atSource } = partial;
    const cut = { outcome: 'partial', mailboxes: [atSource] } as const;

    assert.deepEqual((await tried({ receipt: cut, complete: true })).asked, []);
    assert.deepEqual((await tried({ receipt })).asked, []);
  });
});

describe('a copy that must wait', () => {
  const again = { end: 'again', afterMs: 12_250, reason: 'throttled', removed: [] } as const;

  it('gives its slot back and comes again when it was told to', async () => {
    const { end } = await tried({ end: again });

    assert.ok(end instanceof ApplicationFailure);
    assert.deepEqual(
      [end.type, end.nextRetryDelay, end.nonRetryable, end.category],
      ['throttled', 12_250, false, 'BENIGN'],
    );
  });

  it('is given the time in which an earlier try may still show itself, whatever parkMs is', async () => {
    const info = { scheduledTimestampMs: 0 };
    const { end } = await tried({ end: { ...again, isUntried: true }, info });
    assert.equal((end as ApplicationFailure).nonRetryable, false);
  });

  it('fails with its reason once the wait would outlast parkMs since it was scheduled', async () => {
    const { parkMs } = fakeConnector().settings;
    const scheduledAgo = (ms: number) => ({ scheduledTimestampMs: Date.now() - ms });

    const within = await tried({ end: again, info: scheduledAgo(parkMs - 60_000) });
    const beyond = await tried({ end: again, info: scheduledAgo(parkMs - 1_000) });

    assert.equal((within.end as ApplicationFailure).nonRetryable, false);
    assert.ok(beyond.end instanceof ApplicationFailure);
    assert.deepEqual([beyond.end.type, beyond.end.nonRetryable], ['throttled', true]);
    assert.ok(beyond.end.message.startsWith(REASONS.throttled));
  });
});

describe('a copy that cannot be made', () => {
  it('fails with its reason, in words to act on, and is not tried again', async () => {
    const { end } = await tried({
      end: { end: 'failed', reason: 'refused-by-tenant', detail: 'ErrorItem', removed: [] },
    });

    assert.ok(end instanceof ApplicationFailure);
    assert.deepEqual([end.type, end.nonRetryable], ['refused-by-tenant', true]);
    assert.equal(end.message, `${REASONS['refused-by-tenant']} (ErrorItem)`);
  });
});
