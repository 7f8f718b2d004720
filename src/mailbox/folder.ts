import type { Clock } from './clock.ts';
import type { GraphClient } from './graph-client.ts';
import { literal, segment } from './graph-client.ts';
import { GraphProblem } from './graph-problem.ts';
import type { ProblemClass } from './problem-class.ts';
import { classify } from './problem-class.ts';
import type { Reading, Reads } from './reads.ts';
import { RunError } from '../domain/run-error.ts';

/** The archive's folder at the top of each mailbox, checked once per run and mailbox. */
export interface Folders {
  /**
   * Whether the user has a mailbox that answers, be it with a refusal: what is wrong with it is for
   * the import to say, whose tries are bounded.
   * @throws {RunError} `tenant-unavailable` when no answer came, `tenant-refused` for the token.
   */
  answers(mailbox: string, run: string): Promise<boolean>;
  /**
   * Id of the folder, or of that of a year beside it (`<name> 2026`), created when it is not there. A folder of that name that its user has thrown
   * away lies below Deleted Items, still takes messages and does not count.
   * @throws {GraphProblem}
   */
  ensure(mailbox: string, run: string, year?: string): Promise<string>;
  /** After an answer that the folder is gone. */
  forget(mailbox: string, run: string, year?: string): void;
}

export interface FolderOptions {
  readonly client: GraphClient;
  readonly reads: Reads;
  readonly clock: Clock;
  /** Display name of the folder. */
  readonly name: string;
  /** Mailboxes × runs that are remembered; the longest known goes first. */
  readonly maxKept?: number;
}

interface Check {
  readonly found: Promise<Found>;
  /** The folder's creation, when there had to be one. */
  made: Promise<string> | null;
  /** After that the mailbox is asked again; Infinity: not in this run. */
  untilMs: number;
}

type Found = { readonly folder: string | null } | { readonly problem: GraphProblem };

const MAX_KEPT = 50_000;
/** How long "no mailbox", "not permitted", "full" and "moving" are believed. */
const PROBLEM_KEPT_MS = 60_000;

export function folders(o: FolderOptions): Folders {
  const { clock, maxKept = MAX_KEPT } = o;
  const checks = new Map<string, Check>();

  const check = (mailbox: string, run: string, year?: string): Check => {
    const key = keyOf(mailbox, run, year);
    const known = checks.get(key);
    if (known !== undefined && clock.nowMs() < known.untilMs) return known;
    const found = look(o, mailbox, nameOf(o, year));
    const fresh: Check = { found, made: null, untilMs: Infinity };
    checks.set(key, fresh);
    for (const oldest of checks.keys()) {
      if (checks.size <= maxKept) break;
      checks.delete(oldest);
    }
    const drop = (): void => {
      if (checks.get(key) === fresh) checks.delete(key);
    };
    fresh.found.then((found) => {
      if (!('problem' in found)) return;
      if (isOfMailbox(classify(found.problem))) fresh.untilMs = clock.nowMs() + PROBLEM_KEPT_MS;
      else drop();
    }, drop);
    return fresh;
  };

  return {
    async answers(mailbox, run) {
      const found = await check(mailbox, run).found;
      return 'problem' in found ? isMailbox(found.problem) : true;
    },
    async ensure(mailbox, run, year) {
      const checked = check(mailbox, run, year);
      const found = await checked.found;
      if ('problem' in found) throw found.problem;
      if (found.folder !== null) return found.folder;
      checked.made ??= create(o, mailbox, nameOf(o, year));
      try {
        return await checked.made;
      } catch (error) {
        checks.delete(keyOf(mailbox, run, year));
        throw error;
      }
    },
    forget: (mailbox, run, year) => void checks.delete(keyOf(mailbox, run, year)),
  };
}

function keyOf(mailbox: string, run: string, year = ''): string {
  return `${run} ${mailbox} ${year}`;
}

function nameOf({ name }: FolderOptions, year: string | undefined): string {
  return year === undefined ? name : `${name} ${year}`;
}

/** A state of this one mailbox, that other mailboxes do not share. */
function isOfMailbox({ kind }: ProblemClass): boolean {
  return kind === 'no-mailbox' || kind === 'not-permitted' || kind === 'mailbox-state';
}

function isMailbox(problem: GraphProblem): boolean {
  const { kind } = classify(problem);
  switch (kind) {
    case 'no-mailbox':
      return false;
    case 'folder-gone':
      // A 404 of Graph has a code; one without is of a proxy, and says nothing about the mailbox.
      if (problem.code === null) throw unanswered(problem);
      return false;
    case 'token':
      throw new RunError(
        'tenant-refused',
        'Microsoft Graph refuses the token of the app. Check tenantId, cloud and the app registration, then run again.',
        { cause: problem },
      );
    default:
      if (problem.status === null) throw unanswered(problem);
      return true;
  }
}

function unanswered(cause: GraphProblem): RunError {
  return new RunError(
    'tenant-unavailable',
    'Microsoft Graph does not answer whether a mailbox is there. It is tried again.',
    { cause },
  );
}

/**
 * `/mailFolders` lists the folders at the top only, so one filtered list tells three things: that the
 * mailbox answers, that the folder is there, and that it lies where it should.
 */
async function look({ reads }: FolderOptions, mailbox: string, name: string): Promise<Found> {
  const reading = await reads.read(`/users/${segment(mailbox)}/mailFolders`, {
    $filter: `displayName eq ${literal(name)}`,
    $select: 'id,displayName,parentFolderId',
  });
  if (reading.status !== 200) return { problem: problemOfReading(reading) };
  const list = (reading.body as { value?: unknown } | null)?.value;
  if (!Array.isArray(list)) return { problem: new GraphProblem(200, 'UnreadableAnswer') };
  const folder = (list as ({ id?: unknown; displayName?: unknown } | null)[]).find(
    (one) => one?.displayName === name && typeof one.id === 'string',
  );
  return { folder: folder === undefined ? null : (folder?.id as string) };
}

function problemOfReading({ status, code, retryAfterMs }: Reading): GraphProblem {
  return new GraphProblem(status, code, { retryAfterMs });
}

async function create(o: FolderOptions, mailbox: string, name: string): Promise<string> {
  try {
    const { body } = await o.client.request({
      method: 'POST',
      path: `/users/${segment(mailbox)}/mailFolders`,
      body: { displayName: name },
    });
    const id = (body as { id?: unknown } | null)?.id;
    if (typeof id === 'string') return id;
    throw new GraphProblem(201, 'UnreadableAnswer');
  } catch (error) {
    if (!(error instanceof GraphProblem) || classify(error).kind !== 'ambiguous') throw error;
    // "Exists already", or an answer that got lost: the folder may be there.
    const found = await look(o, mailbox, name);
    if ('problem' in found) throw found.problem;
    if (found.folder === null) throw error;
    return found.folder;
  }
}
