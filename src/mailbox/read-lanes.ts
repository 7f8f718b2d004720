/** A read of one mailbox. */
interface OfMailbox {
  readonly mailbox: string;
}

/** Batches that may be read in any order, and chains of them that may not overtake themselves. */
export interface ReadLanes<Read> {
  /** The full batches of one mailbox each: one after the other, the chains beside each other. */
  readonly chains: readonly (readonly (readonly Read[])[])[];
  /** What is left of all mailboxes, filled up with each other: after the chains, in any order. */
  readonly mixed: readonly (readonly Read[])[];
}

/**
 * Cuts reads into batches so that no mailbox stands in two that are in flight together. A batch
 * reaches a mailbox at most 4 at a time, which is as many as Exchange takes.
 *
 * @see https://learn.microsoft.com/en-us/graph/throttling-limits
 */
export function readLanes<Read extends OfMailbox>(
  reads: readonly Read[],
  perBatch: number,
): ReadLanes<Read> {
  const chains: Read[][][] = [];
  const mixed: Read[][] = [];
  for (const all of Map.groupBy(reads, ({ mailbox }) => mailbox).values()) {
    const full = Math.floor(all.length / perBatch);
    const chain = Array.from({ length: full }, (_, at) =>
      all.slice(at * perBatch, (at + 1) * perBatch),
    );
    if (chain.length > 0) chains.push(chain);
    const rest = all.slice(full * perBatch);
    if (rest.length === 0) continue;
    const last = mixed.at(-1);
    if (last !== undefined && last.length + rest.length <= perBatch) last.push(...rest);
    else mixed.push(rest);
  }
  return { chains, mixed };
}
