import { RunError } from '../domain/run-error.ts';
import type { Container } from './container.ts';

/** What an operator asked for: cases to close, or to open again. Holds nothing of any item. */
export interface CaseRequest {
  readonly action: 'waive' | 'unwaive';
  readonly by: string;
  /** Null only where a case is opened again. */
  readonly reason: string | null;
  /** ISO 8601 UTC in seconds. */
  readonly at: string;
  /** Keyed hashes of whose copies are meant; null: the whole items. */
  readonly people: readonly string[] | null;
  readonly items: readonly CaseItem[];
}

export interface CaseItem {
  readonly itemKey: string;
  /** Its home, `YYYY-MM-DD`. */
  readonly day: string;
  /** Blob path of its package. */
  readonly package: string;
}

/**
 * The operators' words lie here and on receipts; what goes through Temporal is the request's id. Once
 * it is done, its receipts tell the same.
 */
export interface CaseRequests {
  read(id: string): Promise<CaseRequest>;
  write(id: string, request: CaseRequest): Promise<void>;
}

export function caseRequests(state: Container): CaseRequests {
  const pathOf = (id: string) => `waivers/${id}.json`;
  return {
    async read(id) {
      const bytes = await state.read(pathOf(id));
      if (bytes !== null) return JSON.parse(bytes.toString('utf8')) as CaseRequest;
      throw new RunError(
        'staging-corrupt',
        'What an operator asked for is missing in the state container. Type the command again.',
      );
    },
    write: (id, request) =>
      state.replace(
        pathOf(id),
        Buffer.from(`${JSON.stringify(request, null, 2)}\n`),
        'application/json',
      ),
  };
}
