import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { startTestTemporal } from '../test/support/temporal.ts';
import { recordedRuns } from './recorded-runs.ts';

/**
 * `npm run record-histories [-- --again]`: records a history of each way through the workflows, with
 * fake activities on a real dev server, into `test/replay/histories/v<version of package.json>/`.
 *
 * When: once for each release, on its commit, before it is tagged. The files are kept for ever:
 * test/replay replays the histories of every version against the workflows as they are, because
 * runs of an older version may still be open when a worker is updated. `--again` replaces those of
 * the version at hand; only as long as that version is not released.
 *
 * How: add what a changed workflow newly does to recorded-runs.ts, raise the version, run this,
 * commit the files. The form is what `temporal workflow show --output json` prints, one event a
 * line; a history from a real installation can be put beside them (it holds references only). Not
 * one of a run that was reset: a replay from a file takes the first run's id for its own, so that the
 * item does not know of its reset. test/integration/day/reset.test.ts has those.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { again: { type: 'boolean', default: false } } });
  const root = fileURLToPath(new URL('..', import.meta.url));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  const folder = join(root, 'test/replay/histories', `v${version}`);
  if (existsSync(folder) && !values.again) {
    throw new Error(
      `The histories of ${version} are recorded. Raise the version in package.json; as long as ${version} is not released: npm run record-histories -- --again`,
    );
  }
  const temporal = await startTestTemporal();
  try {
    const recorded = new Map<string, string>();
    for await (const { name, history } of recordedRuns(temporal)) {
      recorded.set(name, withoutMachine(historyToJSON(history)));
      process.stdout.write(`${name}: ${String(history.events?.length)} events\n`);
    }
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of recorded) writeFileSync(join(folder, `${name}.json`), text);
  } finally {
    await temporal.stop();
  }
}

/** One event a line. Pid and host of who recorded say nothing about a workflow. */
function withoutMachine(json: string): string {
  const { events } = JSON.parse(json, (key: string, value: unknown) =>
    key === 'identity' ? 'recorder' : value,
  ) as { events: unknown[] };
  return `{"events":[\n${events.map((event) => JSON.stringify(event)).join(',\n')}\n]}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
  process.exit();
}
