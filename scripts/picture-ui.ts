import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { View } from '../src/cli/views.ts';
import { addDays } from '../src/domain/archive-day.ts';
import type { Scene } from '../test/browser/scene.ts';
import { openScene } from '../test/browser/scene.ts';
import { withPalette } from './small-png.ts';

/**
 * `npm run picture-ui`: takes the pictures of Temporal's Web UI in docs/pictures/ from a sandbox of its
 * own, by the hands of the browser tests (test/browser/). Some minutes.
 *
 * When: texts in summaries, details or failures have changed, or the Web UI has. Look at the pictures
 * before you commit them.
 */
const PICTURES = fileURLToPath(new URL('../docs/pictures', import.meta.url));
/** An item's id fits in beside its attributes. */
const WIDTH_PX = 1500;
/** The Web UI fades its parts in. */
const FADE_MS = 1_500;

async function main(): Promise<void> {
  const scene = await openScene();
  try {
    await takeSchedule(scene);
    await takeDay(scene);
    await takeItems(scene);
  } finally {
    await scene.close();
  }
}

async function takeSchedule(scene: Scene): Promise<void> {
  const { ui, backfilled } = scene;
  const [from = '', , to = ''] = backfilled;
  await ui.openSchedule();
  await ui.fillBackfill({ from: addDays(from, 1), to: addDays(to, 1) });
  await take(scene, 'ui-backfill', 900);
  await ui.confirm();
  await scene.untilReported(backfilled);
  await ui.openSchedule();
  await take(scene, 'ui-schedule', 620);
}

async function takeDay(scene: Scene): Promise<void> {
  const { ui, sampleDay } = scene;
  await ui.openRun(`o2-day:o2:${sampleDay}`);
  await take(scene, 'day', 1_000);
  await ui.openDetails();
  await take(scene, 'ui-day', 800);
}

async function takeItems(scene: Scene): Promise<void> {
  const { ui, sandbox } = scene;
  for (const id of ['days', 'not-archived', 'unmapped']) {
    const { out } = await sandbox.command(`o2-archiver views ${id} --json`);
    const { views } = JSON.parse(out) as { views: readonly View[] };
    for (const { url } of views) await ui.openView(url);
  }
  await ui.setColumns({
    remove: ['Workflow ID', 'Run ID', 'Type', 'Start', 'End'],
    add: ['O2ArchiveDay', 'O2Kind', 'O2Outcome', 'O2Reason', 'Workflow ID'],
  });
  await take(scene, 'ui-list', 620);
  await ui.openRun(await ui.firstItem());
  await ui.openDetails();
  await take(scene, 'ui-held', 1_000);
}

async function take({ ui }: Scene, name: string, heightPx: number): Promise<void> {
  await ui.page.setViewportSize({ width: WIDTH_PX, height: heightPx });
  await ui.page.waitForTimeout(FADE_MS);
  const picture = withPalette(await ui.page.screenshot({ type: 'png', animations: 'disabled' }));
  writeFileSync(join(PICTURES, `${name}.png`), picture);
  process.stdout.write(`${name}.png: ${String(Math.ceil(picture.length / 1024))} KB\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
