import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { HistoryAndWorkflowId } from '@temporalio/client';
import { DefaultLogger, Runtime, Worker, type ReplayResult } from '@temporalio/worker';
import { workflowBundle } from '../support/workflow-bundle.ts';

const ROOT = fileURLToPath(new URL('histories/', import.meta.url));
const files = globSync('v*/*.json', { cwd: ROOT }).sort();

/** A history as it lies in its file: the JSON of the protobuf message. */
interface RecordedHistory {
  events: {
    activityTaskScheduledEventAttributes?: { activityType: { name: string } };
  }[];
}

// A history that does not replay is told by its result; the runtime's own words would be a second.
Runtime.install({
  logger: new DefaultLogger('ERROR', () => undefined),
  telemetryOptions: { logging: { filter: { core: 'ERROR' } } },
});

describe('the histories of every version', () => {
  it('replay against the workflows as they are now', async () => {
    const failed: string[] = [];
    const replayed: string[] = [];

    for await (const { workflowId, error } of replay(files.map(asRecorded))) {
      replayed.push(workflowId);
      if (error !== undefined) failed.push(`${workflowId}: ${error.message}`);
    }

    assert.deepEqual(failed, []);
    assert.equal(replayed.length, files.length);
  });

  it('are there for this version, of each workflow', () => {
    const { version } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as { version: string };

    const types = files
      .filter((file) => file.startsWith(`v${version}/`))
      .map((file) => basename(file).split('.')[0]);

    assert.deepEqual([...new Set(types)].sort(), [
      'archiveBatch',
      'archiveDay',
      'archiveItem',
      'rehearseDay',
      'settleCases',
    ]);
  });
});

describe('a replay', () => {
  it('fails when the steps of an item came in another order', async () => {
    const history = read('archiveItem.clean');
    const steps = history.events.flatMap(
      (event) => event.activityTaskScheduledEventAttributes ?? [],
    );
    assert.deepEqual(
      steps.map(({ activityType }) => activityType.name),
      ['convert', 'map', 'import'],
    );
    const [first, second] = steps;
    if (first !== undefined) first.activityType.name = 'map';
    if (second !== undefined) second.activityType.name = 'convert';

    assert.match(await errorOf(history), /nondeterminism.*activity type/i);
  });

  it('fails when a day had closed its books before it archived', async () => {
    const history = read('archiveDay.by-hand');
    const steps = history.events.flatMap(
      (event) => event.activityTaskScheduledEventAttributes ?? [],
    );
    const slices = steps.find(({ activityType }) => activityType.name === 'listSlices');
    assert.ok(slices);
    slices.activityType.name = 'reconcile';

    assert.match(await errorOf(history), /nondeterminism/i);
  });
});

function read(name: string): RecordedHistory {
  const file = files.find((path) => basename(path) === `${name}.json`);
  assert.ok(file, `no history is called ${name}`);
  return JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as RecordedHistory;
}

/** Named by its file: that is what one must open when it does not replay. */
function asRecorded(file: string): HistoryAndWorkflowId {
  const history: unknown = JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
  return { workflowId: file, history };
}

async function* replay(histories: readonly HistoryAndWorkflowId[]): AsyncIterable<ReplayResult> {
  yield* Worker.runReplayHistories({ workflowBundle: await workflowBundle() }, histories);
}

async function errorOf(history: RecordedHistory): Promise<string> {
  for await (const { error } of replay([{ workflowId: 'changed', history }])) {
    return error?.message ?? 'it replayed';
  }
  return 'nothing was replayed';
}
