import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, describe, it } from 'node:test';
import type { ItemRow } from '../../src/cli/item-rows.ts';
import type { View } from '../../src/cli/views.ts';
import { addDays } from '../../src/domain/archive-day.ts';
import type { Report } from '../../src/domain/report.ts';
import type { Scene } from './scene.ts';
import { openScene } from './scene.ts';

describe('in the Web UI of a sandbox day', { timeout: 900_000 }, () => {
  let scene: Scene;

  before(async () => {
    scene = await openScene();
  });
  after(() => scene.close());

  const ask = async <T>(line: string): Promise<T> => {
    const { code, out, err } = await scene.sandbox.command(`o2-archiver ${line} --json`);
    assert.equal(code, 0, err);
    return JSON.parse(out) as T;
  };
  /** Each has its books, one copy in each of the two mailboxes, and nothing beside them there. */
  const assertArchivedOnce = async (days: readonly string[]): Promise<void> => {
    for (const day of days) {
      const { outcome, balances, books } = await ask<Report>(`report --day ${day}`);
      const figures = [outcome, balances, books.items, books.imported, books.available];
      assert.deepEqual(figures, ['complete', true, 1, 2, 2], day);
      const verified = await scene.sandbox.command(`o2-archiver verify --day ${day}`);
      assert.equal(verified.code, 0, verified.out);
    }
  };

  it('three days are backfilled by the button of the schedule, each once', async () => {
    const { ui, backfilled } = scene;
    const [from = '', , to = ''] = backfilled;

    await ui.openSchedule();
    await ui.fillBackfill({ from: addDays(from, 1), to: addDays(to, 1) });
    await ui.confirm();

    await scene.untilReported(backfilled);
    await assertArchivedOnce(backfilled);
    // The page lists them: each run's id ends with the time that it is of.
    await ui.openSchedule();
    for (const day of backfilled) {
      await ui.page
        .getByText(`o2-day:o2-${addDays(day, 1)}T02:00:00Z`)
        .first()
        .waitFor();
    }
  });

  it('a pause of three days is lifted by the button, and the next run makes them up, each once', async () => {
    const { ui, paused, yesterday } = scene;
    const shown = () => ask<{ paused: boolean; note: string | null }>('schedule show');

    await ui.openSchedule();
    await ui.pause('storage account moves, until noon');
    assert.deepEqual(pick(await shown()), [true, 'storage account moves, until noon']);
    await ui.page.getByText('storage account moves, until noon').first().waitFor();

    await ui.unpause('the storage account has moved');
    assert.deepEqual(pick(await shown()), [false, 'the storage account has moved']);
    await ui.trigger();

    await scene.untilReported([...paused, yesterday]);
    await assertArchivedOnce([...paused, yesterday]);
  });

  it('a held item is found by its attribute, says why it is held, for whom to look and what to type', async () => {
    const { ui, sampleDay } = scene;

    await ui.openWorkflows();
    await ui.filterBy('O2Reason', 'no-user');
    const { items } = await ask<{ items: ItemRow[] }>(`items --day ${sampleDay} --reason no-user`);
    await ui.untilListed(items.length);
    const workflowId = await ui.firstItem();
    await ui.openRun(workflowId);

    const key = workflowId.slice('o2-item:o2:'.length);
    assert.ok(items.some(({ itemKey }) => itemKey === key));
    const words = [
      'No Microsoft 365 user has this number or address. Add a row to the mapping CSV.',
      `o2-archiver report --connector o2 --day ${sampleDay}`,
      `o2-archiver retry --connector o2 --item ${key}`,
    ];
    const result = await ui.resultText();
    for (const text of words) assert.ok(flat(result).includes(flat(text)), result);
    assert.doesNotMatch(result, /\.ts:\d+/);
    const details = await (await ui.openDetails()).innerText();
    for (const text of ['unmapped: no-user', 'kind', 'size', `receipts/`, '.zip', ...words]) {
      assert.ok(flat(details).includes(flat(text)), details);
    }
    assert.match(
      details,
      /mailbox\s+[0-9a-f]{8}-[0-9a-f-]{27} imported, (custom|automatic) mapping/,
    );
  });

  it('the run of the day shows its figures and leads to its items; its lists are one click away', async () => {
    const { ui, sampleDay, backfilled, paused, yesterday } = scene;
    const { books } = await ask<Report>(`report --day ${sampleDay}`);

    await ui.openRun(`o2-day:o2:${sampleDay}`);
    const details = await ui.openDetails();
    assert.match(await details.innerText(), new RegExp(`imported\\s+${String(books.imported)}\\s`));
    const link = await details
      .getByRole('link', { name: 'items not archived' })
      .getAttribute('href');
    await ui.openView(new URL(link ?? '', ui.page.url()).href);
    const { items } = await ask<{ items: ItemRow[] }>(
      `items --day ${sampleDay} --outcome unmapped`,
    );
    await ui.untilListed(items.length);

    const { views } = await ask<{ views: View[] }>('views days');
    const [view] = views;
    assert.ok(view);
    await ui.openView(view.url);
    // The link is kept as a view of the browser: from then on it is one click from any list.
    await ui.openWorkflows();
    await ui.page.getByText(`O2 o2: ${view.name}`).click();
    const days = [sampleDay, ...backfilled, ...paused, yesterday];
    await ui.untilListed(days.length);
    const ids = await ui
      .rows()
      .getByRole('link', { name: /^o2-day:/ })
      .allInnerTexts();
    assert.equal(ids.length, days.length);
  });

  it('the report opens in the browser with the figures of its JSON', async () => {
    const { ui, sampleDay, sandbox, folder } = scene;
    const report = await ask<Report>(`report --day ${sampleDay}`);
    const { out } = await sandbox.command(`o2-archiver report --day ${sampleDay} --format html`);
    const file = join(folder, 'report.html');
    writeFileSync(file, out);

    await ui.page.goto(pathToFileURL(file).href);

    const { available, imported, partiallyImported, skipped, waived, failed } = report.books;
    const terms = await ui.page.locator('ul.sum li').allInnerTexts();
    assert.deepEqual(
      terms.map((term) => Number(term.replaceAll(/[^\d]/g, ''))),
      [available, imported, partiallyImported, skipped, waived, failed],
    );
    const section = (heading: string) =>
      ui.page.locator('section', {
        has: ui.page.getByRole('heading', { name: heading, exact: true }),
      });
    const cells = async (heading: string) =>
      Promise.all(
        (await section(heading).locator('tbody tr').all()).map(async (row) =>
          row.locator('td, th').allInnerTexts(),
        ),
      );
    assert.deepEqual(
      (await cells('Not archived')).map(([reason, count]) => [reason, Number(count)]),
      report.failures.map(({ reason, count }) => [reason, count]),
    );
    assert.deepEqual(
      (await cells('Unmapped people')).map(([number, address]) => [number, address]),
      report.unmapped.map(({ number, address }) => [number, address]),
    );
    assert.ok(
      (await ui.page.getByRole('main').innerText()).includes(`${String(report.books.items)} items`),
    );
  });
});

function pick({
  paused,
  note,
}: {
  paused: boolean;
  note: string | null;
}): [boolean, string | null] {
  return [paused, note];
}

/** The page breaks long lines where it likes. */
function flat(text: string): string {
  return text.replaceAll(/\s+/g, '');
}
