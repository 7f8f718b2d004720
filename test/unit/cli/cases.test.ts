import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { casesOfItem, casesOfPerson, type CaseSearch } from '../../../src/cli/cases.ts';
import type { ConnectorConfig } from '../../../src/config/config.ts';
import type { Session } from '../../../src/cli/session.ts';
import type { Receipt } from '../../../src/domain/receipt.ts';
import { RunError } from '../../../src/domain/run-error.ts';
import {
  aRead,
  aReceipt,
  aReference,
  anEntry,
  anIndex,
  DAY,
  keyOf,
} from '../../support/builders.ts';
import { memoryStaging } from '../../support/memory-staging.ts';

const WAIVER = { by: 'ann@desk', reason: 'has left', at: '2026-11-25T10:00:00Z' };

/** A day of two items from `+447700900123` to `+447700900124`, each held for its receiver. */
async function aDesk(status = 'COMPLETED', isSpoilt = false) {
  const staging = memoryStaging();
  await staging.packages.writeIndex(anIndex([anEntry(keyOf(1)), anEntry(keyOf(2))]));
  const session = {
    openItems: async () => ({
      async read() {
        if (isSpoilt) throw new RunError('staging-corrupt', 'gone');
        return { problem: null, ...aRead() };
      },
    }),
    temporal: async () => ({
      client: {
        workflow: { getHandle: () => ({ describe: async () => ({ status: { name: status } }) }) },
      },
    }),
  } as unknown as Session;
  const connector = { id: 'o2', mapping: { defaultCountry: 'GB' } } as ConnectorConfig;
  const search = (what: CaseSearch['what']): CaseSearch => ({ session, connector, staging, what });
  const hold = (number: number, list: 'held' | 'waived' = 'held', person = 'p') =>
    staging[list].write({ person, itemKey: keyOf(number) }, {
      item: aReference(keyOf(number)),
      role: 'to',
      position: 0,
      reason: 'no-user',
    } as never);
  const write = (over: Partial<Receipt>) =>
    staging.receipts.write(DAY, aReceipt({ itemKey: keyOf(1), ...over }));
  return { staging, search, hold, write };
}

describe('the cases of a person', () => {
  for (const person of ['+447700900124', '07700 900124', '447700900124', 'TO@example.com ']) {
    it(`are found by ${person.trim()} in whatever form it is written`, async () => {
      const { search, hold } = await aDesk();
      await hold(1);
      await hold(2);

      const { people, items, parties } = await casesOfPerson(search('waive'), person);

      assert.deepEqual(people, ['p']);
      assert.deepEqual(items.map(({ itemKey, day }) => [itemKey, day]).sort(), [
        [keyOf(1), DAY],
        [keyOf(2), DAY],
      ]);
      assert.deepEqual(
        parties.map(({ number }) => number),
        ['+447700900124'],
      );
    });
  }

  it('are those that wait for the one who is meant, and to be opened those that are closed', async () => {
    const { search, hold } = await aDesk();
    await hold(1);
    await hold(2, 'waived');

    const from = await casesOfPerson(search('waive'), 'from@example.com');
    const closed = await casesOfPerson(search('unwaive'), 'to@example.com');

    assert.deepEqual(from.items, []);
    assert.match(from.nothing.words, /Nothing waits/);
    assert.deepEqual(
      closed.items.map(({ itemKey }) => itemKey),
      [keyOf(2)],
    );
  });

  it('are not looked for by what is neither a number nor an address', async () => {
    const { search } = await aDesk();

    await assert.rejects(casesOfPerson(search('waive'), '???'), /neither a number nor an address/);
  });
});

describe('the case of an item', () => {
  const held = [{ role: 'to', position: 0, reason: 'no-user', person: 'p' }] as const;
  const find = (desk: Awaited<ReturnType<typeof aDesk>>, what: CaseSearch['what'] = 'waive') =>
    casesOfItem(desk.search(what), keyOf(1), DAY);

  it('is closed where something of it is open', async () => {
    const desk = await aDesk();
    await desk.write({ outcome: 'unmapped', reason: 'no-user', held });

    const { items, people } = await find(desk);

    assert.equal(people, null);
    assert.deepEqual(items, [{ itemKey: keyOf(1), day: DAY, package: aReference().package }]);
  });

  it('is none where the item is archived, unknown, open or at work, each in its own words', async () => {
    const archived = await aDesk();
    await archived.write({ outcome: 'imported' });
    await assert.rejects(find(archived), /is archived \(imported\): it has no case/);

    const running = await aDesk('RUNNING');
    await running.write({ outcome: 'unmapped', reason: 'no-user', held });
    await assert.rejects(find(running), /works on the item now/);

    const desk = await aDesk();
    await assert.rejects(find(desk), /has no end yet/);
    await assert.rejects(
      casesOfItem(desk.search('waive'), keyOf(9), DAY),
      /no staged item has the key/,
    );
  });

  it('is closed though its bytes are spoilt: such an item will never be archived', async () => {
    const desk = await aDesk('COMPLETED', true);
    await desk.write({ outcome: 'failed', reason: 'staging-corrupt' });

    assert.equal((await find(desk)).items.length, 1);
  });

  it('is closed once: who closed it is told the second time', async () => {
    const desk = await aDesk();
    const closed = held.map((entry) => ({ ...entry, waived: WAIVER }));
    await desk.write({ outcome: 'waived', held: closed, waived: WAIVER });

    const again = await find(desk);
    const open = await find(desk, 'unwaive');

    assert.deepEqual(again.items, []);
    assert.match(again.nothing.words, /Waived already, by ann@desk at .*: has left/);
    assert.equal(open.items.length, 1);
  });

  it('is not opened where none was closed', async () => {
    const desk = await aDesk();
    await desk.write({ outcome: 'unmapped', reason: 'no-user', held });

    const { items, nothing } = await find(desk, 'unwaive');

    assert.deepEqual(items, []);
    assert.match(nothing.words, /No case of the item is closed: it is unmapped/);
  });
});
