import type { CanaryFindings, CanaryOptions } from '../mailbox/canary.ts';
import { runCanary } from '../mailbox/canary.ts';
import { RunError } from '../domain/run-error.ts';
import type { GraphClient } from '../mailbox/graph-client.ts';
import { segment } from '../mailbox/graph-client.ts';
import { GraphProblem } from '../mailbox/graph-problem.ts';
import { classify } from '../mailbox/problem-class.ts';

/** Graph itself gives up at about 30 s. */
const CREATE_TIMEOUT_MS = 30_000;

/** What `check` asks of the tenant. It reads, and never an item; only the canary writes. */
export interface TenantProbe {
  /** @throws {RunError} tenant-refused or tenant-unavailable */
  readOneUser(): Promise<void>;
  /** Whether the app may reach the mailbox. @throws {RunError} as above */
  readMailbox(address: string): Promise<void>;
  /**
   * Makes a message below Deleted Items, reads it back and removes it.
   * @throws {RunError} `platform-changed`, `configuration`, and as above
   */
  tryCanary(address: string): Promise<CanaryFindings>;
}

/** No right is missing: nobody has to wait for one. */
function noMailbox({ detail }: GraphProblem): RunError {
  return new RunError(
    'configuration',
    `Microsoft 365 has no mailbox of that name (${detail}). Name its user by the user principal name, with which they sign in: another address of theirs does not do. Is the name right, then it has no mailbox in Exchange Online, or none yet.`,
  );
}

export function tenantProbe(
  graph: GraphClient,
  canary: Pick<CanaryOptions, 'clock' | 'cloud' | 'itemClass' | 'messageIdDomain'>,
): TenantProbe {
  const read = async (path: string, query: Record<string, string>, cure: string) => {
    try {
      await graph.request({ method: 'GET', path, query });
    } catch (error) {
      if (!(error instanceof GraphProblem)) throw error;
      if (classify(error).kind === 'no-mailbox') throw noMailbox(error);
      const isRefused = error.status !== null && error.status < 500 && error.status !== 429;
      throw isRefused
        ? new RunError('tenant-refused', `Microsoft Graph refuses it (${error.detail}). ${cure}`)
        : new RunError(
            'tenant-unavailable',
            `Microsoft Graph does not answer (${error.detail}). Check network, proxy and cloud.`,
          );
    }
  };
  return {
    readOneUser: () =>
      read(
        '/users',
        { $top: '1', $select: 'id' },
        'Give the app the application permission User.Read.All, with an administrator’s consent.',
      ),
    tryCanary: (mailbox) =>
      runCanary({ ...canary, client: graph, createTimeoutMs: CREATE_TIMEOUT_MS, mailbox }),
    readMailbox: (address) =>
      read(
        `/users/${segment(address)}/mailFolders/inbox`,
        { $select: 'id' },
        'Give the app Mail.ReadWrite for this mailbox (Exchange RBAC for applications); a change takes up to two hours.',
      ),
  };
}
