import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';

/**
 * The activities as workflows call them, each with its deadlines. `startToClose` bounds one attempt,
 * `heartbeat` tells a dead worker from a slow one. Retries are Temporal's alone.
 */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const remote = { initialInterval: 2 * SECOND, backoffCoefficient: 2, maximumInterval: 5 * MINUTE };

/** Look-ups and records: seconds of work, tried again until the service is back. */
export const { planDay, listSlices, openItems } = proxyActivities<Activities>({
  startToCloseTimeout: 10 * MINUTE,
  retry: remote,
});

/** The site: a password that is refused is not tried again, a site that is away is, for hours. */
export const { fetch } = proxyActivities<Activities>({
  startToCloseTimeout: 6 * HOUR,
  scheduleToCloseTimeout: 12 * HOUR,
  heartbeatTimeout: 2 * MINUTE,
  retry: remote,
});

export const { stage, reconcile, revisitHeld } = proxyActivities<Activities>({
  startToCloseTimeout: 6 * HOUR,
  heartbeatTimeout: 2 * MINUTE,
  retry: remote,
});

export const { awaitItems } = proxyActivities<Activities>({
  startToCloseTimeout: 24 * HOUR,
  heartbeatTimeout: 2 * MINUTE,
  retry: remote,
});

export const { convert, map } = proxyActivities<Activities>({
  startToCloseTimeout: 30 * MINUTE,
  heartbeatTimeout: 2 * MINUTE,
  retry: remote,
});

/**
 * The create's own deadline is shorter than this heartbeat, so that an attempt which is given up
 * cannot still be sending (design of "exactly once": docs/guarantees.md).
 */
const IMPORT_HEARTBEAT = 2 * MINUTE;

/** One copy into one mailbox; what waits longer than `parkMs` altogether fails with its reason. */
export function importInto(parkMs: number) {
  return proxyActivities<Activities>({
    startToCloseTimeout: 2 * HOUR,
    scheduleToCloseTimeout: Math.max(parkMs, MINUTE) + 2 * HOUR,
    heartbeatTimeout: IMPORT_HEARTBEAT,
    retry: {
      initialInterval: 5 * SECOND,
      backoffCoefficient: 2,
      maximumInterval: 10 * MINUTE,
    },
  }).import;
}

/** In the item's last workflow task: one marker instead of an activity's three events. */
export const { writeReceipt } = proxyLocalActivities<Activities>({
  startToCloseTimeout: MINUTE,
  retry: remote,
});
