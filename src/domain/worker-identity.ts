/** The identity stands in each event that a worker writes: it must stay short. */
const MAX_IDS_LENGTH = 200;

/**
 * The name under which a worker asks Temporal for work, `PID@HOST:o2,second`: it tells which
 * connectors the worker has read from its configuration. Too many are left out.
 */
export function workerIdentity(pid: number, host: string, connectors: readonly string[]): string {
  const ids = connectors.join(',');
  const name = `${String(pid)}@${host}`;
  return ids.length > MAX_IDS_LENGTH ? name : `${name}:${ids}`;
}

/** The connectors that a worker serves; null when its identity does not tell. */
export function connectorsServedBy(identity: string): readonly string[] | null {
  const ids = /^\d+@[^:]+:([a-z\d,-]+)$/u.exec(identity)?.[1];
  return ids === undefined ? null : ids.split(',');
}
