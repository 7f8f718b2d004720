import { UnreachableError } from './exit.ts';

/** How long a command waits for the first answer of Temporal, Azure Storage, a site or the tenant. */
export const REACH_TIMEOUT_MS = 10_000;

/**
 * The promise's value, or an error once the time is over. What goes on behind it is left alone: the
 * process ends soon after.
 *
 * @throws {UnreachableError} with the message that `what` begins
 */
export async function withinReach<T>(
  work: Promise<T>,
  what: string,
  timeoutMs = REACH_TIMEOUT_MS,
): Promise<T> {
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const within = `within ${String(timeoutMs / 1000)} s`;
    reject(
      new UnreachableError(
        `${what} did not answer ${within}. Check its address, the network and the firewall.`,
      ),
    );
  }, timeoutMs);
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
