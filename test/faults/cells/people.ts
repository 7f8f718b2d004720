import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cell, Stage } from '../cell.ts';
import { finished } from '../finished.ts';
import type { Person } from '../items.ts';

/** F37 and F39–F41: who gets an item, and what a wrong answer to that does. */
export const PEOPLE_CELLS: readonly Cell[] = [
  {
    id: 'F37-mapping',
    row: 'F37',
    title: 'a person of ours has no user; later the mapping names one',
    end: 'held and listed, red once; after the mapping imported, once',
    async play(stage) {
      const { cast, make, deliver, expect, office, runDay } = stage;
      const { ann, cat, dan } = cast;
      const item = make.sms({ from: dan, to: [ann] });
      await deliver([item]);
      await stage.startWorker();
      await heldFor(stage, 'no-user');
      await office.activateMapping(csvOf([[dan, cat]]));
      const { books } = finished(await runDay());
      assert.deepEqual([books.imported, books.failed], [2, 0]);
      expect(item, { outcome: 'imported', mailboxes: [ann.id, cat.id] });
    },
  },
  {
    id: 'F37-user',
    row: 'F37',
    title: 'a person of ours has no user; later the tenant has one',
    end: 'the same without anybody asking for it',
    async play(stage) {
      const { cast, make, deliver, expect, office, runDay } = stage;
      const { ann, dan } = cast;
      const item = make.mms({ from: ann, to: [dan] });
      await deliver([item]);
      await stage.startWorker();
      await heldFor(stage, 'no-user');
      const id = 'd0000000-0000-4000-8000-00000000000d';
      const names = { userPrincipalName: dan.address, mail: dan.address, displayName: dan.name };
      office.tenant.addUser({ id, ...names, accountEnabled: true });
      const { books } = finished(await runDay());
      assert.deepEqual([books.imported, books.failed], [2, 0]);
      expect(item, { outcome: 'imported', mailboxes: [ann.id, id] });
    },
  },
  {
    id: 'F39-all',
    row: 'F39',
    title: "an item of three of ours; each mailbox's first create is answered otherwise",
    end: 'one copy each',
    isQuick: true,
    office: { limits: { settleSeconds: 3 } },
    async play({ cast, make, deliver, office, startWorker, runDay, created }) {
      const { ann, ben, cat } = cast;
      await deliver([make.mms({ from: ann, to: [ben, cat], owner: ben })]);
      const create = { kind: 'messages.create', retryAfter: '1' } as const;
      office.tenant.order({ ...create, mailbox: ann.id, status: 504, applied: 'before' });
      office.tenant.order({ ...create, mailbox: ben.id, status: 503 });
      await startWorker();
      const { books } = finished(await runDay());
      assert.equal(books.imported, 3);
      assert.equal(created(), 3);
    },
  },
  {
    id: 'F39-twice',
    row: 'F39',
    title: 'two parties of an item lead to one mailbox, one by address and one by the mapping',
    end: 'one copy in it',
    async play({ cast, make, deliver, expect, office, startWorker, runDay, created }) {
      const { ann, dan } = cast;
      await office.activateMapping(csvOf([[dan, ann]]));
      const item = make.sms({ from: ann, to: [dan] });
      await deliver([item]);
      expect(item, { outcome: 'imported', mailboxes: [ann.id] });
      await startWorker();
      const { books } = finished(await runDay());
      assert.equal(books.imported, 1);
      assert.equal(created(), 1);
    },
  },
  {
    id: 'F40-moved',
    row: 'F40',
    title: 'a number moves to another user at noon of the day',
    end: "each item goes to whose the number was at the item's own time",
    async play({ cast, make, day, deliver, expect, office, startWorker, runDay }) {
      const { ann, ben, dan, eve } = cast;
      const [before, after] = [`${day}T11:59:59Z`, `${day}T12:00:00Z`];
      const rows = [
        `+${dan.number},${ann.address},,${before}`,
        `+${dan.number},${ben.address},${after},`,
      ];
      await office.activateMapping(
        ['mobileNumber,email,validFrom,validTo', ...rows, ''].join('\r\n'),
      );
      const morning = make.sms({ from: dan, to: [eve], at: before });
      const noon = make.sms({ from: dan, to: [eve], at: after });
      await deliver([morning, noon]);
      expect(morning, { outcome: 'imported', mailboxes: [ann.id] });
      expect(noon, { outcome: 'imported', mailboxes: [ben.id] });
      await startWorker();
      const { books } = finished(await runDay());
      assert.equal(books.imported, 2);
    },
  },
  {
    id: 'F41-shrunken',
    row: 'F41',
    title: 'a mapping is activated that lacks most of its rows, and one that names a number twice',
    end: 'both refused with their rows; the mapping in force stays, and the day goes by it',
    async play(stage) {
      const { cast, make, deliver, expect, office, startWorker, runDay } = stage;
      const { ann, ben, cat, dan, eve } = cast;
      const people = [dan, ben, cat, ann].map((person) => [person, cat] as const);
      const whole = await activate(stage, csvOf(people));
      assert.equal(whole.code, 0, `${whole.out}${whole.err}`);
      const shrunken = await activate(stage, csvOf(people.slice(1, 2)));
      assert.notEqual(shrunken.code, 0, shrunken.out);
      const doubled = await activate(stage, csvOf([...people, [dan, ben]]));
      assert.notEqual(doubled.code, 0, doubled.out);
      const item = make.sms({ from: dan, to: [eve] });
      await deliver([item]);
      expect(item, { outcome: 'imported', mailboxes: [cat.id] });
      await startWorker();
      const { books } = finished(await runDay());
      assert.equal(books.imported, 1);
      assert.equal((await office.cli('mapping', 'show')).code, 0);
    },
  },
];

/** The day ends with one copy held. */
async function heldFor({ runDay }: Stage, reason: string): Promise<void> {
  const { outcome, books } = finished(await runDay());
  assert.deepEqual([outcome, books.failed, books.imported], ['partial', 1, 1]);
  const { thisRun } = finished(await runDay());
  assert.equal(thisRun.started, 0, `held for ${reason} and started again`);
}

function csvOf(rows: readonly (readonly [Person, Person])[]): string {
  const lines = rows.map(([{ number }, { address }]) => `+${number},${address}`);
  return ['mobileNumber,email', ...lines, ''].join('\r\n');
}

async function activate({ office }: Stage, csv: string) {
  const file = join(office.siteFolder, '..', 'mapping.csv');
  writeFileSync(file, csv);
  return office.cli('mapping', 'activate', file);
}
