import type { Folders } from './folder.ts';
import type { GraphClient } from './graph-client.ts';
import { segment } from './graph-client.ts';
import { GraphProblem } from './graph-problem.ts';

/** The Inbox in place of the archive's folder. Every mailbox has one; a message names it by its id. */
export function inbox(client: GraphClient): Folders {
  return {
    answers: () => Promise.resolve(true),
    async ensure(mailbox) {
      const path = `/users/${segment(mailbox)}/mailFolders/inbox`;
      const { status, body } = await client.request({
        method: 'GET',
        path,
        query: { $select: 'id' },
      });
      const id = (body as { id?: unknown } | null)?.id;
      if (typeof id === 'string') return id;
      throw new GraphProblem(status, 'UnreadableAnswer');
    },
    forget: () => undefined,
  };
}
