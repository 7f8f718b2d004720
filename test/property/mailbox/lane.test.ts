import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Lanes } from '../../../src/mailbox/lane.ts';
import { lanes, MAILBOX_LIMITS, MAX_WAIT_IN_SLOT_MS } from '../../../src/mailbox/lane.ts';
import { SlidingWindow } from '../../../src/mailbox/sliding-window.ts';
import { handClock } from '../../support/hand-clock.ts';
import type { HandClock } from '../../support/hand-clock.ts';

test('the fifth request at once waits in place until one of four leaves', async () => {
  const clock = handClock();
  const lane = lanes({ clock });
  const inside = await Promise.all([1, 2, 3, 4].map(() => entered(lane, 'a')));
  const fifth = lane.enter('a', 1);
  assert.equal(await settled(fifth), false);

  inside[0]!();

  assert.ok('release' in (await fifth));
});

test('one mailbox does not wait for another', async () => {
  const clock = handClock();
  const lane = lanes({ clock });
  await Promise.all([1, 2, 3, 4].map(() => entered(lane, 'a')));

  assert.ok('release' in (await lane.enter('b', 1)));
});

test('nobody waits in place for longer than two seconds', async () => {
  const clock = handClock();
  const lane = lanes({ clock });
  await Promise.all([1, 2, 3, 4].map(() => entered(lane, 'a')));
  const fifth = lane.enter('a', 1);

  await clock.pass(MAX_WAIT_IN_SLOT_MS + 1);

  const entry = await fifth;
  assert.ok('waitMs' in entry);
  assert.equal(entry.reason, 'throttled');
});

test('a long queue turns away at once, and tells each a later time', async () => {
  const clock = handClock();
  const lane = lanes({ clock });
  lane.pause('a', 600_000, 'mailbox-full');

  const entries = await Promise.all(Array.from({ length: 1_000 }, () => lane.enter('a', 1)));

  const waits = entries.map((entry) => ('waitMs' in entry ? entry.waitMs : -1));
  assert.ok(waits.every((waitMs, at) => at === 0 || waitMs > waits[at - 1]!));
  assert.ok(waits[0]! >= 600_000 && waits.at(-1)! < 700_000);
  assert.ok(entries.every((entry) => 'reason' in entry && entry.reason === 'mailbox-full'));
});

test('a pause without a time doubles from 30 seconds to 10 minutes, until something is served', async () => {
  const clock = handClock();
  const lane = lanes({ clock });
  const pauses: number[] = [];
  for (let strike = 0; strike < 7; strike += 1) {
    pauses.push(lane.pause('a', null, 'throttled'));
    await clock.pass(pauses.at(-1)!);
  }
  assert.deepEqual(pauses, [30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000]);

  (await entered(lane, 'a'))();

  assert.equal(lane.pause('a', null, 'throttled'), 30_000);
});

test('four refusals at once are one strike', async () => {
  const clock = handClock();
  const lane = lanes({ clock });

  const pauses = [1, 2, 3, 4].map(() => lane.pause('a', null, 'throttled'));

  assert.deepEqual(pauses, [30_000, 30_000, 30_000, 30_000]);
});

test('an idle lane is forgotten', async () => {
  const clock = handClock();
  const lane = lanes({ clock });
  for (let mailbox = 0; mailbox < 100; mailbox += 1) (await entered(lane, String(mailbox)))();
  assert.equal(lane.size(), 100);

  await clock.pass(MAILBOX_LIMITS.requestsWindowMs + 20_000);
  await entered(lane, 'a');

  assert.equal(lane.size(), 1);
});

test('a recording larger than the whole window is let in when the window is empty', async () => {
  const clock = handClock();
  const lane = lanes({ clock, workers: 8 });

  const entry = await lane.enter('a', 110_000_000);
  assert.ok('release' in entry);
  entry.release(30);

  const next = await lane.enter('a', 1);
  assert.ok('waitMs' in next);
  assert.ok(next.waitMs <= MAILBOX_LIMITS.bytesWindowMs + 5_000);
});

for (const workers of [1, 3]) {
  test(`${workers} workers together never go over Exchange's limits and reach 90 % of them`, async () => {
    const clock = handClock();
    const own = Array.from({ length: workers }, () => lanes({ clock, workers }));
    const { sent, peak } = await hammer(clock, own, { minutes: 20, bytes: 2_000, tookMs: 50 });

    const most = inAnyWindow(sent, MAILBOX_LIMITS.requestsWindowMs, () => 1);
    assert.ok(most <= MAILBOX_LIMITS.requests, `${most} requests in one window`);
    assert.ok(peak <= Math.max(MAILBOX_LIMITS.atOnce, workers), `${peak} at once`);
    assert.ok(sent.length >= 0.9 * 2 * MAILBOX_LIMITS.requests, `${sent.length} sent`);
  });
}

test('bytes stay within 150 MB in any five minutes and reach 90 % of them', async () => {
  const clock = handClock();
  const { sent } = await hammer(clock, [lanes({ clock })], {
    minutes: 30,
    bytes: 3_000_000,
    tookMs: 400,
  });

  const most = inAnyWindow(sent, MAILBOX_LIMITS.bytesWindowMs, ({ bytes }) => bytes);
  assert.ok(most <= MAILBOX_LIMITS.bytes, `${most} bytes in one window`);
  const total = sent.length * 3_000_000;
  assert.ok(total >= 0.9 * 6 * MAILBOX_LIMITS.bytes, `${total} bytes`);
});

test('a window never lets more through than its limit in any span of its length', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 1, max: 40 }))),
      (steps) => {
        const window = new SlidingWindow(100, 6_000);
        const taken: { atMs: number; amount: number }[] = [];
        let nowMs = 0;
        for (const [passMs, amount] of steps) {
          nowMs += passMs;
          if (window.waitMs(amount, 0, nowMs) > 0) continue;
          window.add(amount, nowMs);
          taken.push({ atMs: nowMs, amount });
          const within = taken.filter(({ atMs }) => atMs > nowMs - 6_000);
          const sum = within.reduce((total, one) => total + one.amount, 0);
          assert.ok(sum <= 100, `${sum}`);
        }
      },
    ),
  );
});

interface Sent {
  readonly atMs: number;
  readonly bytes: number;
}

/** Forty callers per worker post to one mailbox without a break; those turned away come when told. */
async function hammer(
  clock: HandClock,
  own: readonly Lanes[],
  o: { minutes: number; bytes: number; tookMs: number },
): Promise<{ sent: Sent[]; peak: number }> {
  const sent: Sent[] = [];
  let inFlight = 0;
  let peak = 0;
  const endMs = clock.nowMs() + o.minutes * 60_000;
  const caller = async (lane: Lanes): Promise<void> => {
    while (clock.nowMs() < endMs) {
      const entry = await lane.enter('a', o.bytes);
      if ('waitMs' in entry) {
        await clock.sleep(entry.waitMs);
        continue;
      }
      inFlight += 1;
      peak = Math.max(peak, inFlight);
      await clock.sleep(o.tookMs);
      sent.push({ atMs: clock.nowMs(), bytes: o.bytes });
      inFlight -= 1;
      entry.release();
    }
  };
  const callers = own.flatMap((lane) => Array.from({ length: 40 }, () => caller(lane)));
  await clock.runUntil(Promise.all(callers));
  return { sent, peak };
}

function inAnyWindow(
  sent: readonly Sent[],
  windowMs: number,
  amountOf: (one: Sent) => number,
): number {
  let sum = 0;
  let most = 0;
  let first = 0;
  for (const one of sent) {
    sum += amountOf(one);
    while (sent[first]!.atMs <= one.atMs - windowMs) {
      sum -= amountOf(sent[first]!);
      first += 1;
    }
    most = Math.max(most, sum);
  }
  return most;
}

async function entered(lane: Lanes, mailbox: string): Promise<() => void> {
  const entry = await lane.enter(mailbox, 1);
  assert.ok('release' in entry);
  return () => entry.release();
}

async function settled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  await new Promise(setImmediate);
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}
