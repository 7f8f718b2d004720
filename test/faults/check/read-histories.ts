import type { Client } from '@temporalio/client';
import type { Trace } from './evidence.ts';
import { inTurns } from './read-staging.ts';

/** Every history of the namespace as text, payloads decoded: what anybody with the Web UI reads. */
export async function readHistories({ workflow }: Client): Promise<Trace[]> {
  const runs: { workflowId: string; runId: string; facts: string }[] = [];
  for await (const run of workflow.list()) {
    const { workflowId, runId, memo, typedSearchAttributes } = run;
    const facts = JSON.stringify({ memo, attributes: typedSearchAttributes.getAll() });
    runs.push({ workflowId, runId, facts });
  }
  return inTurns(runs, async ({ workflowId, runId, facts }) => {
    const history = await workflow.getHandle(workflowId, runId).fetchHistory();
    return { where: `history of ${workflowId}`, text: `${facts}\n${textOf(history)}` };
  });
}

function textOf(history: unknown): string {
  return JSON.stringify(history, (_, value: unknown) => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
    // Buffers have turned themselves into objects before a replacer sees them.
    const buffer = value as { type?: unknown; data?: unknown } | null;
    if (buffer?.type === 'Buffer' && Array.isArray(buffer.data)) {
      return Buffer.from(buffer.data as number[]).toString('utf8');
    }
    return value;
  });
}
