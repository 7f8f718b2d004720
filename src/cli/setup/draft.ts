import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { isTree } from '../../config/tree.ts';
import { UsageError } from '../exit.ts';
import type { Values } from './question.ts';

/** Answers without secrets, between sittings. */
export interface Draft {
  /** The connector that was last worked on. */
  readonly latest: string;
  readonly connectors: Readonly<Record<string, Values>>;
}

/** `o2-archiver.yaml` → `o2-archiver.draft.json` beside it. */
export function draftFile(file: string): string {
  return join(dirname(file), `${basename(file).replace(/\.ya?ml$/u, '')}.draft.json`);
}

/** @throws {UsageError} when it is there and no draft */
export function readDraft(path: string): Draft | null {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const draft = parsed(text);
  if (draft !== null) return draft;
  throw new UsageError(`the draft ${path} cannot be read. Remove it to begin anew.`);
}

export function writeDraft(path: string, draft: Draft): void {
  mkdirSync(dirname(path), { recursive: true });
  writeWhole(path, `${JSON.stringify(draft, null, 2)}\n`, 0o600);
}

export function forgetDraft(path: string, id: string): void {
  const draft = readDraft(path);
  if (draft === null) return;
  const { [id]: _finished, ...connectors } = draft.connectors;
  const [latest] = Object.keys(connectors);
  if (latest === undefined) rmSync(path, { force: true });
  else writeDraft(path, { latest, connectors });
}

/** The whole file or none of it, also when the machine stops in between. */
export function writeWhole(path: string, text: string, mode: number): void {
  const beside = `${path}.${String(process.pid)}.new`;
  writeFileSync(beside, text, { mode, flag: 'wx' });
  renameSync(beside, path);
}

function parsed(text: string): Draft | null {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isTree(raw) || typeof raw['latest'] !== 'string' || !isTree(raw['connectors'])) return null;
  const connectors = Object.values(raw['connectors']);
  const isRight = connectors.every(
    (values) => isTree(values) && Object.values(values).every((each) => typeof each === 'string'),
  );
  return isRight ? (raw as unknown as Draft) : null;
}
