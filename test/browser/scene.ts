import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { Client, Connection } from '@temporalio/client';
import { SAMPLE_USERS } from '../../sandbox/sample/users.ts';
import { openBrowser } from '../../scripts/open-browser.ts';
import { addDays, dayOf, daysBetween } from '../../src/domain/archive-day.ts';
import { deliver, smsEml } from '../support/delivery.ts';
import type { SandboxProcess } from '../support/sandbox-process.ts';
import { startSandbox } from '../support/sandbox-process.ts';
import { until } from '../support/until.ts';
import type { WebUi } from './web-ui.ts';
import { webUi } from './web-ui.ts';

/**
 * A sandbox of its own with a browser at its Web UI. It has archived the sample day, eight days ago.
 * Of the seven days since then each has a package of one item for two mailboxes at the site, and none
 * has a run: three for a backfill, three as a pause would leave them, and yesterday.
 */
export interface Scene {
  readonly sandbox: SandboxProcess;
  readonly ui: WebUi;
  readonly browser: Browser;
  /** Removed at the end. */
  readonly folder: string;
  /** The day with the sample's 155 items. */
  readonly sampleDay: string;
  readonly backfilled: readonly string[];
  readonly paused: readonly string[];
  readonly yesterday: string;
  /** Waits until a run of each has closed its books. */
  untilReported(days: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export async function openScene(): Promise<Scene> {
  const browser = await openBrowser();
  const folder = mkdtempSync(join(tmpdir(), 'o2-browser-'));
  const today = dayOf(Date.now());
  const yesterday = addDays(today, -1);
  const sampleDay = addDays(today, -8);
  const flags = ['--once', '--keep-up', '--day', sampleDay, '--start-day', sampleDay];
  const sandbox = startSandbox(folder, ...flags);
  const close = async (): Promise<void> => {
    await browser.close();
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await sandbox.until('Running. Ctrl-C ends everything');
    const description = sandbox.description();
    for (const day of daysBetween(addDays(sampleDay, 1), yesterday)) {
      await deliver(description.site.packages, {
        day,
        items: [{ name: 'a.eml', eml: oneSms(day) }],
      });
    }
    const { address, namespace } = description.temporal;
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    return {
      sandbox,
      browser,
      folder,
      ui: webUi(page, description),
      sampleDay,
      backfilled: daysBetween(addDays(sampleDay, 1), addDays(sampleDay, 3)),
      paused: daysBetween(addDays(sampleDay, 4), addDays(sampleDay, 6)),
      yesterday,
      async untilReported(days) {
        const connection = await Connection.connect({ address });
        const client = new Client({ connection, namespace });
        for (const day of days) {
          const query = `WorkflowType="archiveDay" AND O2ArchiveDay="${day}" AND ExecutionStatus="Completed"`;
          await until(`${day} is archived`, async () => {
            const { count } = await client.workflow.count(query);
            return count > 0 ? true : null;
          });
        }
        await connection.close();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function oneSms(day: string): string {
  const [from, to] = SAMPLE_USERS.filter(({ mailbox }) => mailbox === undefined);
  return smsEml({
    from: { number: '447700900101', address: from?.mail ?? '' },
    to: [{ number: '447700900102', address: to?.mail ?? '' }],
    owner: from?.mail ?? '',
    text: `Berth four at nine, ${day}`,
    at: `${day}T09:00:00Z`,
    sourceId: `browser-${day}`,
  });
}
