import {
  readByMailparser,
  readByPostalMime,
  readByPython,
  withoutNameSpaces,
  type Reading,
} from '../unit/message/readers.ts';
import { OPTIONS } from '../unit/message/items.ts';
import { archive, feedItem, type Archived } from './archive.ts';
import { expectationOf, type Expectation } from './expectation.ts';
import type { HostileItem } from './item.ts';
import { judge, type Difference } from './judge.ts';

export const READERS = ['mailparser', 'postal-mime', 'python'] as const;
export type Reader = (typeof READERS)[number];

export interface Failure {
  readonly seed: number;
  readonly index: number;
  readonly reader: Reader | 'archiver';
  readonly differences: readonly Difference[];
}

/** What a round of items came to; each count but those of items must be 0. */
export interface Round {
  readonly seed: number;
  readonly items: number;
  /** Of them, those that nobody could read and that were refused. */
  readonly refused: number;
  readonly injectedHeaders: number;
  readonly doubledFiles: number;
  readonly lostParts: number;
  /** Items that a reader saw otherwise; null when the reader is not on this machine. */
  readonly differences: Readonly<Record<Reader, number | null>>;
  /** Items that the product threw at, refused or took without reason, or gave a wrong key. */
  readonly archiverFailures: number;
  readonly failures: readonly Failure[];
  /** Reading, composing and rendering alone. */
  readonly archivingMs: number;
}

/** Makes exactly that item again, with its files and all that differs. */
export function command({ seed, index }: Pick<Failure, 'seed' | 'index'>): string {
  return `npm run test:hostile -- --only ${seed}:${index}`;
}

interface Judged {
  readonly index: number;
  readonly eml: Buffer;
  readonly messageId: string;
  readonly expected: Expectation;
}

/** Archives those items of the seed and has every message read back. */
export async function runRound(seed: number, indices: readonly number[]): Promise<Round> {
  const failures: Failure[] = [];
  const archived = await archiveAll(seed, indices, failures);
  const sum = { injectedHeaders: 0, doubledFiles: 0, lostParts: 0 };
  const differences: Record<Reader, number | null> = { mailparser: 0, 'postal-mime': 0, python: 0 };
  const take = (reader: Reader, { index, expected, messageId }: Judged, reading: Reading) => {
    const isPython = reader === 'python';
    const judged = isPython
      ? judge(pythonic(expected), messageId, withoutNameSpaces(reading))
      : judge(expected, messageId, reading);
    sum.injectedHeaders += judged.injectedHeaders;
    sum.doubledFiles += judged.doubledFiles;
    sum.lostParts += judged.lostParts;
    if (judged.differences.length === 0) return;
    differences[reader] = (differences[reader] ?? 0) + 1;
    failures.push({ seed, index, reader, differences: judged.differences });
  };

  const byPython = readByPython(archived.judged.map(({ eml }) => eml));
  for (const each of archived.judged) {
    take('mailparser', each, await readByMailparser(each.eml));
    take('postal-mime', each, await readByPostalMime(each.eml));
  }
  const readings = await byPython;
  if (readings === null) differences.python = null;
  for (const [at, each] of archived.judged.entries()) {
    const reading = readings?.[at];
    if (reading !== undefined) take('python', each, reading);
  }
  return {
    seed,
    items: indices.length,
    refused: archived.refused,
    ...sum,
    differences,
    archiverFailures: failures.filter(({ reader }) => reader === 'archiver').length,
    failures,
    archivingMs: archived.archivingMs,
  };
}

async function archiveAll(seed: number, indices: readonly number[], failures: Failure[]) {
  const judged: Judged[] = [];
  const keys = new Map<string, string>();
  let archivingMs = 0;
  let refused = 0;
  for (const index of indices) {
    const { bytes, item } = feedItem(seed, index);
    const started = performance.now();
    const result = await attempt(bytes, `${seed}/${index}`);
    archivingMs += performance.now() - started;
    const fault = faultOf(result, item, keys);
    if (fault !== null) failures.push({ seed, index, reader: 'archiver', differences: [fault] });
    if (result instanceof Error) continue;
    if (item === null) refused += 1;
    if (item === null || result.eml === null) continue;
    const messageId = `<${result.itemKey}@${OPTIONS.messageIdDomain}>`;
    judged.push({ index, eml: result.eml, messageId, expected: expectationOf(item) });
  }
  return { judged, archivingMs, refused };
}

async function attempt(bytes: Buffer, label: string): Promise<Archived | Error> {
  try {
    return await archive(bytes, label);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Refused is who nobody can read, and nobody else; items that differ have keys that differ. */
function faultOf(
  result: Archived | Error,
  item: HostileItem | null,
  keys: Map<string, string>,
): Difference | null {
  if (result instanceof Error) {
    return { field: 'archiving', expected: 'a message', found: result.stack ?? result.message };
  }
  const isRefused = result.eml === null;
  if (isRefused !== (item === null)) {
    return { field: 'refused', expected: item === null, found: isRefused };
  }
  if (item === null) return null;
  const facts = factsOf(item);
  const known = keys.get(result.itemKey) ?? facts;
  keys.set(result.itemKey, facts);
  return known === facts ? null : { field: 'item key', expected: facts, found: known };
}

/** All that an item key stands for, as the generator knows it. */
function factsOf({ sourceId, owner, time, parties, texts, files }: HostileItem): string {
  const people = parties.map(({ role, number, address }) => [role, number, address].join()).sort();
  return JSON.stringify([
    sourceId?.sent ?? null,
    owner,
    time.flag === null ? time.at : time.sent,
    people,
    texts.map(({ seen }) => seen),
    files.map(({ sha256 }) => sha256).sort(),
  ]);
}

function pythonic(expected: Expectation): Expectation {
  const { from, to } = withoutNameSpaces({ from: [expected.from], to: [...expected.to] });
  return { ...expected, from: from[0] ?? expected.from, to };
}
