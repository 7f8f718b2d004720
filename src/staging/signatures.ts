import type { Container } from './container.ts';
import { signaturePath } from './layout.ts';

/** Who read a report, when, and what they noted. */
export interface Signature {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  /** Number of the report that was read. */
  readonly report: number;
  readonly by: string;
  /** ISO 8601 UTC in seconds. */
  readonly at: string;
  readonly note: string;
}

/** Beside the reports and write-once like them: a signature is never changed or taken back. */
export interface Signatures {
  /** Gives its blob path. */
  add(signature: Signature): Promise<string>;
}

export function signatures(books: Container): Signatures {
  return {
    async add(signature) {
      const bytes = Buffer.from(`${JSON.stringify(signature, null, 2)}\n`);
      for (let number = 1; ; number += 1) {
        const path = signaturePath(signature.day, signature.report, number);
        if (await books.putOnce(path, bytes, 'application/json')) return path;
      }
    },
  };
}
