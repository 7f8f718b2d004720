/** Runs the work on all tasks, so many side by side, in their order. */
export async function sideBySide<Task, Result>(
  atOnce: number,
  tasks: readonly Task[],
  work: (task: Task) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(tasks.length);
  const queue = tasks.entries();
  const next = async (): Promise<void> => {
    for (const [at, task] of queue) results[at] = await work(task);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, tasks.length) }, next));
  return results;
}
