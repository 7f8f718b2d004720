import type { Evidence, StagedBlob } from './evidence.ts';
import type { Finding } from './finding.ts';

/** What the run said and what the tenant was asked to change meanwhile. */
export interface SecondRun {
  readonly day: string;
  readonly started: number;
  readonly imported: number;
  /** Requests that alter something, by kind. */
  readonly writes: Readonly<Record<string, number>>;
}

/** I6: a second run of a finished day changes nothing. */
export function judgeSecondRun(
  before: Evidence,
  after: Evidence,
  runs: readonly SecondRun[],
): Finding[] {
  const findings: Finding[] = [];
  const fault = (where: string, text: string): void =>
    void findings.push({ invariant: 'I6', fault: 'second-run', where, text });
  for (const { day, started, imported, writes } of runs) {
    if (started > 0) fault(day, `the second run started ${String(started)} items`);
    if (imported > 0) fault(day, `the second run made ${String(imported)} copies`);
    for (const [kind, count] of Object.entries(writes)) {
      if (count > 0) fault(day, `the second run sent ${String(count)} ${kind}`);
    }
  }
  for (const name of ['content', 'books', 'state'] as const) {
    for (const text of differences(before.staged[name], after.staged[name])) fault(name, text);
  }
  if (printed(before) !== printed(after)) fault('mailboxes', 'they hold other messages');
  return findings;
}

function differences(before: readonly StagedBlob[], after: readonly StagedBlob[]): string[] {
  const [old, now] = [before, after].map((blobs) => new Map(blobs.map((one) => [one.path, one])));
  const texts: string[] = [];
  for (const [path, blob] of now ?? []) {
    const known = old?.get(path);
    if (known === undefined) texts.push(`${path} is new`);
    else if (known.sha256 !== blob.sha256) texts.push(`${path} has other bytes`);
  }
  for (const path of old?.keys() ?? []) if (now?.has(path) !== true) texts.push(`${path} is gone`);
  return texts;
}

function printed({ messages }: Evidence): string {
  return messages
    .map(({ user, id, folder }) => `${user} ${folder} ${id}`)
    .sort()
    .join('\n');
}
