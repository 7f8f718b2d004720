/** How often the parent is looked for where no channel tells of its end. */
const POLL_MS = 1_000;

/**
 * Calls `onGone` once when the process that started this one has disappeared: by the IPC channel
 * where there is one (at once), else by the parent's id, which changes when it dies. Neither keeps
 * this process alive. A process whose parent is the system's first (a service, a container) is not
 * watched. Gives a function that ends the watch.
 */
export function watchParent(onGone: () => void): () => void {
  const parent = process.ppid;
  const isService = parent <= 1 && !process.connected;
  const timer = isService
    ? null
    : setInterval(() => {
        if (process.ppid !== parent) gone();
      }, POLL_MS);
  timer?.unref();
  process.once('disconnect', gone);
  process.channel?.unref();

  return stop;

  function gone(): void {
    stop();
    onGone();
  }

  function stop(): void {
    if (timer !== null) clearInterval(timer);
    process.off('disconnect', gone);
  }
}
