import { workflowInfo } from '@temporalio/workflow';

/** Lists of the Web UI that belong to a day, as Markdown. The links begin at the UI's own root. */
export function dayLinks(connector: string, day: string): string {
  const { namespace, workflowId } = workflowInfo();
  const items = `WorkflowType="archiveItem" AND O2Connector="${connector}" AND O2ArchiveDay="${day}"`;
  const lists = [
    ['items not archived', `${items} AND ExecutionStatus="Failed"`],
    ['items that run now', `${items} AND ExecutionStatus="Running"`],
    ['all items', items],
    // Their pages count while they run; the day counts a batch when it ends.
    ['batches of the run', `WorkflowType="archiveBatch" AND ParentWorkflowId="${workflowId}"`],
  ] as const;
  return lists
    .map(
      ([name, query]) =>
        `[${name}](/namespaces/${namespace}/workflows?query=${encodeURIComponent(query)})`,
    )
    .join(' · ');
}
