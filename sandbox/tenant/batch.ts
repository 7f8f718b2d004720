import { randomUUID } from 'node:crypto';
import { GraphFailure, failureAnswer } from './answer.ts';
import type { Answer } from './answer.ts';
import type { Call, TenantParts } from './call.ts';
import { beginCall, endCall, finishCall } from './graph.ts';
import { jsonOf } from './json-stream.ts';
import { isObject, listOf, objectOf, textOf, textsOf } from './request-body.ts';

const MAX_STEPS = 20;
/** Steps without `dependsOn` reach Outlook so many at a time: https://learn.microsoft.com/graph/throttling */
const STEPS_AT_ONCE = 4;

interface Step {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly dependsOn: readonly string[];
}

interface StepAnswer {
  readonly id: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** `POST /$batch`: each step has a status of its own and is throttled on its own; the batch is 200. */
export async function answerBatch(
  call: Call,
  clientGone: AbortSignal,
  tenant: TenantParts,
): Promise<Answer> {
  const steps = listOf(objectOf(call.body, 'body'), 'requests').map(readStep);
  if (steps.length > MAX_STEPS) {
    const message = `Number of batch request steps exceeds the maximum value of ${MAX_STEPS}.`;
    throw new GraphFailure(400, 'BadRequest', message);
  }
  if (new Set(steps.map(({ id }) => id)).size < steps.length) {
    throw new GraphFailure(400, 'BadRequest', 'Request ids of a batch must be unique.');
  }
  const isSerial = steps.some(({ dependsOn }) => dependsOn.length > 0);
  const done = new Map<string, StepAnswer>();
  const waiting = [...steps];
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      done.set(step.id, await answerStep(step, done, { call, clientGone, tenant }));
    }
  };
  await Promise.all(Array.from({ length: isSerial ? 1 : STEPS_AT_ONCE }, work));
  return { status: 200, body: { responses: [...done.values()] } };
}

async function answerStep(
  step: Step,
  done: ReadonlyMap<string, StepAnswer>,
  batch: { readonly call: Call; readonly clientGone: AbortSignal; readonly tenant: TenantParts },
): Promise<StepAnswer> {
  const { call, clientGone, tenant } = batch;
  const ids = { requestId: randomUUID(), clientRequestId: randomUUID() };
  try {
    if (step.dependsOn.some((id) => (done.get(id)?.status ?? 424) >= 400)) {
      throw new GraphFailure(424, 'FailedDependency', 'A step this one depends on has failed.');
    }
    const url = new URL(`${call.url.origin}/v1.0/${step.url.replace(/^\/+/, '')}`);
    const { method, headers } = step;
    const begun = beginCall({ method, url, headers, appId: call.appId, isStep: true }, tenant);
    const sizeBytes = step.body === null ? 0 : JSON.stringify(step.body).length;
    try {
      const answer = await finishCall(begun, { body: step.body, sizeBytes, clientGone }, tenant);
      tenant.counters.answered(begun.kind, answer.status);
      return await collected(step.id, answer);
    } catch (error) {
      if (error instanceof GraphFailure) tenant.counters.answered(begun.kind, error.status);
      throw error;
    } finally {
      endCall(begun, tenant);
    }
  } catch (error) {
    if (!(error instanceof GraphFailure)) throw error;
    return collected(step.id, failureAnswer(error, ids));
  }
}

/** A step's answer held whole: bytes as base64, as Graph gives them. */
async function collected(id: string, answer: Answer): Promise<StepAnswer> {
  const { status, headers = {} } = answer;
  if (answer.bytes !== undefined) {
    const chunks: Buffer[] = [];
    const bytes = answer.bytes;
    if (typeof bytes === 'string' || Buffer.isBuffer(bytes)) chunks.push(Buffer.from(bytes));
    else for await (const chunk of bytes) chunks.push(Buffer.from(chunk as Uint8Array));
    return { id, status, headers, body: Buffer.concat(chunks).toString('base64') };
  }
  if (answer.body === undefined) return { id, status, headers };
  const json = jsonOf(answer.body);
  const text = typeof json === 'string' ? json : (await json.toArray()).join('');
  return {
    id,
    status,
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.parse(text) as unknown,
  };
}

function readStep(given: unknown): Step {
  const step = objectOf(given, 'requests');
  const headers = isObject(step['headers']) ? Object.entries(step['headers']) : [];
  const [id, url] = [textOf(step, 'id'), textOf(step, 'url')];
  if (id === null || url === null) {
    throw new GraphFailure(400, 'BadRequest', 'Each step of a batch needs an id and a url.');
  }
  return {
    id,
    url,
    method: (textOf(step, 'method') ?? 'GET').toUpperCase(),
    headers: Object.fromEntries(
      headers.map(([name, value]) => [name.toLowerCase(), String(value)]),
    ),
    body: step['body'] ?? null,
    dependsOn: textsOf(step, 'dependsOn'),
  };
}
