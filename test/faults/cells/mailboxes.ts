import assert from 'node:assert/strict';
import type { FaultOrder } from '../../../sandbox/tenant/faults.ts';
import type { MailboxState } from '../../../sandbox/tenant/mailboxes.ts';
import type { Cell, Stage } from '../cell.ts';
import { finished } from '../finished.ts';
import type { User } from '../items.ts';

const FOLDER = 'O2 SMS and Voice Network Archiver';

/** F38: what becomes of a mailbox after its users were looked up, and what the report calls it. */
const STATES: readonly {
  name: string;
  what: string;
  reason: string;
  state?: MailboxState;
  fault?: FaultOrder;
}[] = [
  {
    name: 'removed',
    what: 'is removed between look-up and create (404 MailboxNotEnabledForRESTAPI)',
    reason: 'no-mailbox',
    fault: { status: 404, code: 'MailboxNotEnabledForRESTAPI' },
  },
  {
    name: 'inactive',
    what: 'becomes inactive (404 ResourceNotFound)',
    reason: 'no-mailbox',
    fault: { status: 404, code: 'ResourceNotFound' },
  },
  { name: 'full', what: 'is full', reason: 'mailbox-full', state: 'full' },
  {
    name: 'blocked',
    what: 'is out of bounds for the app',
    reason: 'not-permitted',
    state: 'denied',
  },
  { name: 'moving', what: 'is being moved', reason: 'mailbox-moving', state: 'moving' },
  {
    name: 'refusing',
    what: 'is answered 400 ErrorInvalidRecipients',
    reason: 'refused-by-tenant',
    fault: { status: 400, code: 'ErrorInvalidRecipients' },
  },
];

const STATE_CELLS = STATES.map(({ name, what, reason, state, fault }): Cell => ({
  id: `F38-${name}`,
  row: 'F38',
  title: `one of two mailboxes ${what}, in the middle of the run`,
  end: `its copy fails as ${reason}, the other is made; after the cure the rest comes, once`,
  office: { limits: { settleSeconds: 1, parkMinutes: 0 } },
  async play(stage) {
    const { cast, make, deliver, office, startWorker, runDay, created } = stage;
    const { ann, ben } = cast;
    const { tenant } = office;
    await deliver([make.mms({ from: ann, to: [ben] })]);
    if (state !== undefined) tenant.setMailbox(ann.id, state);
    if (fault !== undefined) {
      tenant.order({ kind: 'messages.create', mailbox: ann.id, ...fault });
    }
    const worker = await startWorker();
    const { outcome, books } = finished(await runDay());
    assert.deepEqual([outcome, books.imported, books.failed], ['partial', 1, 1]);
    assert.deepEqual(await failuresOf(stage), [{ reason, count: 1 }]);
    if (state !== undefined) tenant.setMailbox(ann.id, 'ready');
    // A mailbox's state is believed for a while; a new worker asks anew.
    await worker.stop();
    await startWorker();
    const again = finished(await runDay({ retry: {} }));
    assert.deepEqual([again.books.imported, again.books.failed], [2, 0]);
    assert.equal(created(), 2);
  },
}));

async function failuresOf({ office, day }: Stage): Promise<{ reason: string; count: number }[]> {
  const report = await office.staging.reports.latest(day);
  assert.ok(report);
  return report.failures.map(({ reason, count }) => ({ reason, count }));
}

/** F43: whoever owns a mailbox may remove what lies in it. */
const DELETED_CELL: Cell = {
  id: 'F43-deleted',
  row: 'F43',
  title: 'users remove two imported messages, one of them for good',
  end: 'neither a run nor a retry brings them back unasked; nothing is doubled',
  async play(stage) {
    const { cast, make, deliver, expect, ask, startWorker, runDay, created } = stage;
    const { ann, ben } = cast;
    const item = make.sms({ from: ann, to: [ben] });
    await deliver([item]);
    await startWorker();
    await runDay();
    for (const { id } of [ann, ben]) {
      const [message] = (await ask('GET', `/users/${id}/messages?$select=id`)).value;
      assert.ok(message);
      const path = `/users/${id}/messages/${encodeURIComponent(message.id)}`;
      if (id === ann.id) await ask('DELETE', path);
      else await ask('POST', `${path}/permanentDelete`);
    }
    expect(item, {
      outcome: 'imported',
      mailboxes: [ann.id, ben.id],
      isRemovedByUser: true,
    });
    for (const again of [{}, { retry: {} }]) {
      const { thisRun } = finished(await runDay(again));
      const { started, imported } = thisRun;
      assert.deepEqual([started, imported], [0, 0], 'an archived item was started again');
    }
    assert.equal(created(), 2, 'a message came back unasked');
  },
};

/** A retry is for what failed: a copy that once was made and that its user removed stays removed. */
const HALF_CELL: Cell = {
  id: 'F43-half',
  row: 'F43',
  title: 'one of two copies fails; the owner of the other removes hers for good; then a retry',
  end: 'the failed one is made; hers does not come back: receipts decide, not mailboxes',
  office: { limits: { settleSeconds: 1 } },
  async play({ cast, make, deliver, expect, office, ask, startWorker, runDay, created }) {
    const { ann, ben } = cast;
    const item = make.sms({ from: ann, to: [ben] });
    await deliver([item]);
    office.tenant.order({
      ...{ kind: 'messages.create', mailbox: ben.id },
      ...{ status: 400, code: 'ErrorInvalidRecipients' },
    });
    await startWorker();
    await runDay();
    const [message] = (await ask('GET', `/users/${ann.id}/messages?$select=id`)).value;
    assert.ok(message);
    const path = `/users/${ann.id}/messages/${encodeURIComponent(message.id)}`;
    await ask('POST', `${path}/permanentDelete`);
    const { books } = finished(await runDay({ retry: {} }));
    assert.deepEqual([books.imported, books.failed], [2, 0]);
    assert.equal(created(), 2);
    expect(item, { outcome: 'imported', mailboxes: [ann.id, ben.id], isRemovedByUser: true });
  },
};

interface Folder {
  readonly id: string;
}

/** F44: the folder after a first day; `change` is what its user does before the second one. */
function folderCell(
  name: string,
  what: string,
  end: string,
  change: (stage: Stage, user: User, folder: Folder) => Promise<unknown>,
): Cell {
  return {
    id: `F44-${name}`,
    row: 'F44',
    title: `the user ${what} the folder between two days`,
    end,
    async play(stage) {
      const { cast, make, deliver, startWorker, runDay, created, requested } = stage;
      const { ann, eve } = cast;
      await deliver([make.sms({ from: ann, to: [eve] })], { day: '2026-11-20' });
      await startWorker();
      await runDay({ day: '2026-11-20' });
      const folder = await folderOf(stage, ann);
      assert.ok(folder);
      await change(stage, ann, folder);
      await deliver([make.sms({ from: ann, to: [eve] }), make.mms({ from: ann, to: [eve] })]);
      const { outcome, books } = finished(await runDay());
      assert.deepEqual([outcome, books.imported], ['complete', 2]);
      const now = await folderOf(stage, ann);
      assert.ok(now, 'there is no such folder at the top of the mailbox');
      const path = `/users/${ann.id}/mailFolders/${encodeURIComponent(now.id)}/messages`;
      assert.ok((await stage.ask('GET', `${path}?$select=id`)).value.length >= 2);
      assert.equal(created(), 3);
      assert.ok(requested('folders.create') <= 3, 'a loop of folders');
    },
  };
}

async function folderOf({ ask }: Stage, { id }: User): Promise<Folder | null> {
  const { value } = await ask('GET', `/users/${id}/mailFolders?$top=100`);
  return value.find(({ displayName }) => displayName === FOLDER) ?? null;
}

const ANEW = 'the folder is made anew at the top of the mailbox, once; the old messages stay';

const FOLDER_CELLS: readonly Cell[] = [
  folderCell('renamed', 'renames', ANEW, ({ ask }, { id }, folder) =>
    ask('PATCH', `/users/${id}/mailFolders/${encodeURIComponent(folder.id)}`, {
      displayName: 'Old telephone things',
    }),
  ),
  folderCell('deleted', 'deletes', ANEW, ({ ask }, { id }, folder) =>
    ask('DELETE', `/users/${id}/mailFolders/${encodeURIComponent(folder.id)}`),
  ),
  folderCell(
    'doubled',
    'makes another of the same name below the Inbox of',
    'the one at the top is used',
    ({ ask }, { id }) =>
      ask('POST', `/users/${id}/mailFolders/inbox/childFolders`, { displayName: FOLDER }),
  ),
];

/** The folder vanishes while the day runs: what the run knows of it no longer holds. */
const GONE_CELL: Cell = {
  id: 'F44-gone',
  row: 'F44',
  title: 'the folder is gone between its check and the create (404 ErrorItemNotFound)',
  end: 'checked and made anew, the message posted once more; one copy',
  async play({ cast, make, deliver, office, startWorker, runDay, created }) {
    const { ann, eve } = cast;
    await deliver([make.sms({ from: ann, to: [eve] })]);
    office.tenant.order({
      ...{ kind: 'messages.create', mailbox: ann.id },
      ...{ status: 404, code: 'ErrorItemNotFound' },
    });
    await startWorker();
    const { books } = finished(await runDay());
    assert.equal(books.imported, 1);
    assert.equal(created(), 1);
  },
};

export const MAILBOX_CELLS: readonly Cell[] = [
  ...STATE_CELLS,
  DELETED_CELL,
  HALF_CELL,
  ...FOLDER_CELLS,
  GONE_CELL,
];
