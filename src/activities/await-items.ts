import { Context } from '@temporalio/activity';

/** What the activity needs of Temporal: whether a workflow has ended. */
export interface WorkflowWatch {
  isClosed(workflowId: string): Promise<boolean>;
}

/** Visibility of an end by polling: no event of another workflow reaches an activity. */
const LOOK_EVERY_MS = 5_000;

/** Waits until items that run elsewhere have ended; then the books read their receipts. */
export function awaitItems(watch: WorkflowWatch) {
  return async (input: { workflowIds: readonly string[] }): Promise<void> => {
    const context = Context.current();
    let open = [...input.workflowIds];
    while (open.length > 0) {
      const still: string[] = [];
      for (const workflowId of open) {
        if (!(await watch.isClosed(workflowId))) still.push(workflowId);
      }
      open = still;
      if (open.length > 0) await context.sleep(LOOK_EVERY_MS);
    }
  };
}
