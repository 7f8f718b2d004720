import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { workerFinding } from '../../../src/cli/check-temporal.ts';
import { connectorsServedBy, workerIdentity } from '../../../src/domain/worker-identity.ts';

const one = workerIdentity(7, 'vm-1', ['o2']);
const both = workerIdentity(8, 'vm-1', ['o2', 'second']);
const untold = '9@vm-2';

describe('the identity of a worker', () => {
  it('tells the connectors that it serves, and stays short where they are many', () => {
    const many = Array.from({ length: 40 }, (_, at) => `connector-${String(at)}`);

    assert.equal(both, '8@vm-1:o2,second');
    assert.deepEqual(connectorsServedBy(both), ['o2', 'second']);
    assert.equal(connectorsServedBy(workerIdentity(7, 'vm-1', many)), null);
    assert.equal(connectorsServedBy(untold), null);
  });
});

describe('the check of the worker', () => {
  const found = (...identities: string[]) => {
    const { state = 'ok', message } = workerFinding(new Set(identities), 'second');
    return [state, message.replace(/^.*five minutes(, |; )?/, '')];
  };

  it('fails where no worker serves the connector, and where there is none', () => {
    assert.deepEqual(found(one), ['failed', 'none for "second"']);
    assert.equal(found()[0], 'failed');
  });

  it('notes one that does not know it beside one that does: it may have ended since', () => {
    assert.deepEqual(found(one, both), ['warning', '1 of them not for "second"']);
  });

  it('is well where all serve it, and says so where that is not told', () => {
    assert.deepEqual(found(both), ['ok', 'for "second" too']);
    assert.equal(found(untold)[0], 'ok');
    assert.match(found(untold)[1] ?? '', /not told/);
  });
});
