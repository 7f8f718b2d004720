import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { secondsOf } from '../../../bench/cpu.ts';
import type { Round } from '../../../bench/round.ts';
import { render, summarise } from '../../../bench/summary.ts';

const ITEMS = 100;

function round(contender: Round['contender'], cpuMs: number): Round {
  const requests = {
    requests: 104,
    subRequests: 40,
    copies: ITEMS,
    throttled: 0,
    byKind: {},
    bytes: 0,
  };
  return {
    contender,
    items: ITEMS,
    wallSeconds: 4,
    workerSeconds: (cpuMs * ITEMS) / 2_000,
    temporalSeconds: (cpuMs * ITEMS) / 2_000,
    stubSeconds: 9,
    eventsPerItem: 21,
    batchEvents: 600,
    graph: contender === 'product' ? requests : null,
    blobRequests: 200,
  };
}

describe('the summary of a bench', () => {
  it('compares each round with the floor beside it, so that a busy hour counts for neither', () => {
    const rounds = [
      round('floor', 20),
      round('product', 25),
      round('product', 100),
      round('floor', 80),
      round('floor', 30),
      round('product', 40),
    ];

    const { bars, sides } = summarise(rounds, 20);

    assert.equal(bars[0]?.value.toFixed(2), '0.80');
    assert.equal(bars[0].isReached, true);
    assert.equal(sides.product?.cpuMs, 40);
    assert.equal(sides.product.graphRequestsPerCopy, 1.04);
  });

  it('says which bar was missed', () => {
    const text = render(summarise([round('floor', 20), round('product', 50)], 20));

    assert.match(text, /MISSED +CPU per item, floor ÷ ours: 0\.400/);
    assert.match(text, /reached +Graph requests per copy: 1\.040/);
  });

  it('shows the floor alone without any bar', () => {
    assert.deepEqual(summarise([round('floor', 20)], 20).bars, []);
  });
});

describe('the CPU time that ps prints', () => {
  it('is read with and without hours and days', () => {
    assert.equal(secondsOf('3:04.56'), 184.56);
    assert.equal(secondsOf('02:03:04'), 7_384);
    assert.equal(secondsOf('1-02:03:04'), 93_784);
  });
});
