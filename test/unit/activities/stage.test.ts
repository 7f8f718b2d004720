import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stage } from '../../../src/activities/stage.ts';
import type { Connector } from '../../../src/activities/connector.ts';
import { runActivity } from '../../support/activity-environment.ts';
import { aRead, anEntry, DAY, keyOf } from '../../support/builders.ts';
import { fakeConnector, only } from '../../support/fake-connector.ts';

/** The index of a package with one item. */
async function indexOf(parts: Partial<Connector>) {
  const connector = fakeConnector({
    indexPackage: async (_bytes, { onItem }) => {
      onItem?.(aRead().item, keyOf(1));
      return { outcome: 'taken', notes: [], items: [anEntry(keyOf(1))] };
    },
    ...parts,
  });
  const { packages } = connector.staging;
  async function* bytes() {
    yield Buffer.from('zip');
  }
  const file = { day: DAY, package: 'a-package', modifiedAt: `${DAY}T23:00:00Z` };
  const { staged } = await packages.receive(file, bytes(), '2026-11-24T02:00:00Z', []);
  const end = await runActivity(stage(only(connector)), { connector: 'o2', path: staged.path });
  return packages.readIndex(end.index);
}

describe('the index of a package', () => {
  it('notes who stands in its items where a list of registered users asks for it, as hashes', async () => {
    const registeredUsers = async () => ({ problem: null, users: [], faults: [] });

    const { people } = await indexOf({ registeredUsers });

    assert.equal(people?.length, 2);
    assert.doesNotMatch(JSON.stringify(people), /example|7700/);
  });

  it('notes nobody where nothing asks for it', async () => {
    assert.ok(!('people' in (await indexOf({}))));
  });
});
