import type { Locator, Page } from 'playwright-core';
import { namespacePage } from '../../src/config/temporal.ts';
import { scheduleId } from '../../src/domain/ids.ts';
import type { SandboxDescription } from '../support/sandbox-process.ts';

/** A first look at a page waits for the server's visibility; a query of a run replays its history. */
const PATIENCE_MS = 60_000;

/**
 * Temporal's Web UI as an operator uses it: by its pages, its buttons and its own words. Nothing here
 * speaks to the server but through the page. Written for 2.42, which Temporal CLI 1.5 brings.
 */
export interface WebUi {
  readonly page: Page;
  /** The schedule's page, with its buttons. */
  openSchedule(): Promise<void>;
  pause(reason: string): Promise<void>;
  unpause(reason: string): Promise<void>;
  /** A run now. */
  trigger(): Promise<void>;
  /** Opens the dialog and fills it in, Buffer All; the days are those of the runs, not of the items. */
  fillBackfill(range: { readonly from: string; readonly to: string }): Promise<void>;
  /** The button at the end of the dialog that is open. */
  confirm(): Promise<void>;
  /** The list of all workflows. */
  openWorkflows(): Promise<void>;
  /** A list of the Web UI by its address, as `o2-archiver views` prints it. */
  openView(url: string): Promise<void>;
  /** "Add Filter", the attribute, its value, "Apply". */
  filterBy(attribute: string, value: string): Promise<void>;
  /** Adds columns to the table of workflows by its own configuration, and takes others away. */
  setColumns(columns: { readonly add: string[]; readonly remove: string[] }): Promise<void>;
  /** Waits until the list that was asked for is there, by the count at its head. */
  untilListed(count: number): Promise<void>;
  /** The rows of the table, without its head. */
  rows(): Locator;
  /** Id of the first item in the table. */
  firstItem(): Promise<string>;
  openRun(workflowId: string): Promise<void>;
  /** The tab "User Metadata"; gives the frame with the current details, when something is in it. */
  openDetails(): Promise<Locator>;
  /** What the page of a run shows as its result: of a failed one, its failure. */
  resultText(): Promise<string>;
}

export function webUi(page: Page, { temporal, connector }: SandboxDescription): WebUi {
  page.setDefaultTimeout(PATIENCE_MS);
  const root = namespacePage(temporal.webUi, temporal.namespace);
  const dialog = page.locator('dialog[open]');
  const confirm = async (): Promise<void> => {
    await dialog.getByTestId('confirm-modal-button').click();
    await dialog.waitFor({ state: 'hidden' });
  };
  const choose = async (action: 'Trigger' | 'Backfill'): Promise<void> => {
    await page.locator('#schedule-actions-menu-button').click();
    await page.getByRole('menuitem', { name: action }).click();
    await dialog.waitFor();
  };
  const turn = async (button: 'Pause' | 'Unpause', reason: string): Promise<void> => {
    await page.getByRole('button', { name: button, exact: true }).first().click();
    await dialog.getByLabel('Reason').fill(reason);
    await confirm();
    const other = button === 'Pause' ? 'Unpause' : 'Pause';
    await page.getByRole('button', { name: other, exact: true }).first().waitFor();
  };
  return {
    page,
    confirm,
    async openSchedule() {
      await page.goto(`${root}/schedules/${encodeURIComponent(scheduleId(connector.id))}`);
      await page.locator('#schedule-actions-menu-button').waitFor();
    },
    pause: (reason) => turn('Pause', reason),
    unpause: (reason) => turn('Unpause', reason),
    async trigger() {
      await choose('Trigger');
      await confirm();
    },
    async fillBackfill({ from, to }) {
      await choose('Backfill');
      await fillTime(dialog, 0, { day: from, time: ['00', '00', '00'] });
      await fillTime(dialog, 1, { day: to, time: ['23', '59', '59'] });
      await dialog.getByText('Buffer All', { exact: true }).click();
    },
    async openWorkflows() {
      await page.goto(`${root}/workflows`);
      await page.locator('tbody tr').first().waitFor();
    },
    async openView(url) {
      await page.goto(url);
      await page.locator('tbody tr').first().waitFor();
    },
    async filterBy(attribute, value) {
      await page.getByRole('button', { name: 'Add Filter' }).click();
      await page.getByTestId('filter-search').fill(attribute);
      await page.getByRole('menuitem', { name: new RegExp(`^\\s*${attribute}\\s`) }).click();
      await page.getByPlaceholder('Enter value...').fill(value);
      await page.getByRole('button', { name: 'Apply' }).click();
      await page.waitForURL((url) => url.searchParams.get('query')?.includes(value) === true);
    },
    async setColumns({ add, remove }) {
      await page.getByTestId('workflows-summary-table-configuration-button').click();
      for (const column of remove) {
        await page.getByTestId(`orderable-list-item-${column}-remove-button`).click();
      }
      for (const column of add) {
        await page.getByTestId(`orderable-list-item-${column}-add-button`).click();
      }
      await page.getByTestId('drawer-close-button').click();
    },
    async untilListed(count) {
      await page
        .getByRole('heading', { name: new RegExp(`^${String(count)} Workflows?$`) })
        .waitFor();
    },
    rows: () => page.locator('tbody tr'),
    async firstItem() {
      const link = page.locator('tbody tr').getByRole('link', { name: /^o2-item:/ });
      return (await link.first().innerText()).trim();
    },
    async openRun(workflowId) {
      await page.goto(`${root}/workflows/${encodeURIComponent(workflowId)}`);
      await page.getByRole('heading', { name: 'Event History', exact: true }).waitFor();
    },
    async openDetails() {
      await page.getByText('User Metadata', { exact: true }).click();
      const frame = page.frameLocator(
        'iframe[src*="/render?content=**"], iframe[src*="content=%2A%2A"]',
      );
      const details = frame.locator('main');
      await details.waitFor();
      return details;
    },
    async resultText() {
      const result = page.getByRole('heading', { name: 'Result' }).locator('xpath=..');
      // Until the history has come, the page says "null".
      await result.getByText('{').first().waitFor();
      return result.innerText();
    },
  };
}

/** The picker takes a day that is typed; its calendar then lies over the fields below. */
async function fillTime(
  dialog: Locator,
  at: number,
  { day, time }: { day: string; time: readonly [string, string, string] },
): Promise<void> {
  const [year = '', month = '', date = ''] = day.split('-');
  await dialog
    .getByTestId('datepicker')
    .nth(at)
    .fill(`${month}/${date}/${year.slice(2)}`);
  await dialog.getByRole('button', { name: 'Close', exact: true }).click();
  for (const [index, name] of (['hour', 'minute', 'second'] as const).entries()) {
    await dialog
      .getByTestId(name)
      .nth(at)
      .fill(time[index] ?? '00');
  }
}
