/**
 * A lock between processes: a file that names its holder's pid and is touched while it is held. It
 * is stale when the holder is gone, or no longer touches it (its pid belongs to another process).
 */
import { linkSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const TOUCH_MS = 1_000;
const UNTOUCHED_MS = 10_000;
const WATCH_MS = 3_000;

/** Takes the lock, or gives null when a living process holds it. */
export async function tryLock(path) {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (create(path)) return hold(path);
    if (!(await isStale(path))) return null;
    removeStale(path);
  }
  return null;
}

/** Waits for the lock; `onWait` is called once with the holder's pid when it has to. */
export async function lock(path, onWait = () => undefined) {
  for (let waits = 0; ; waits += 1) {
    const release = await tryLock(path);
    if (release !== null) return release;
    if (waits === 0) onWait(holderOf(path));
    await sleep(500);
  }
}

/** The pid written in the lock, or null. */
export function holderOf(path) {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

/** A link appears with its content at once; a plain create could be read while still empty. */
function create(path) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, String(process.pid));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function hold(path) {
  const timer = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // The folder was removed under us: nothing is left to hold.
    }
  }, TOUCH_MS);
  timer.unref();
  const release = () => {
    clearInterval(timer);
    process.off('exit', release);
    if (holderOf(path) === process.pid) rmSync(path, { force: true });
  };
  process.once('exit', release);
  return release;
}

async function isStale(path) {
  const pid = holderOf(path);
  if (pid !== null && !isAlive(pid)) return true;
  const before = touchedAt(path);
  if (Date.now() - before < UNTOUCHED_MS) return false;
  await sleep(WATCH_MS);
  return touchedAt(path) === before;
}

/** Two waiters may both see a dead holder: the second must not remove the first one's new lock. */
function removeStale(path) {
  const guard = `${path}.removing`;
  if (!create(guard)) {
    if (Date.now() - touchedAt(guard) > UNTOUCHED_MS) rmSync(guard, { force: true });
    return;
  }
  const pid = holderOf(path);
  if (pid === null || !isAlive(pid) || Date.now() - touchedAt(path) > UNTOUCHED_MS) {
    rmSync(path, { force: true });
  }
  rmSync(guard, { force: true });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function touchedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
