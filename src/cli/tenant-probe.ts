import { RunError } from '../domain/run-error.ts';
import type { GraphClient } from '../mailbox/graph-client.ts';
import { segment } from '../mailbox/graph-client.ts';
import { GraphProblem } from '../mailbox/graph-problem.ts';

/** What `check` asks of the tenant. It reads, and never an item. */
export interface TenantProbe {
  /** @throws {RunError} tenant-refused or tenant-unavailable */
  readOneUser(): Promise<void>;
  /** Whether the app may reach the mailbox. @throws {RunError} as above */
  readMailbox(address: string): Promise<void>;
}

export function tenantProbe(graph: GraphClient): TenantProbe {
  const read = async (path: string, query: Record<string, string>, cure: string) => {
    try {
      await graph.request({ method: 'GET', path, query });
    } catch (error) {
      if (!(error instanceof GraphProblem)) throw error;
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
    readMailbox: (address) =>
      read(
        `/users/${segment(address)}/mailFolders/inbox`,
        { $select: 'id' },
        'Give the app Mail.ReadWrite for this mailbox (Exchange RBAC for applications); a change takes up to two hours.',
      ),
  };
}
