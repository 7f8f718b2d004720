import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { MailboxRoute } from '../domain/routing.ts';

/**
 * The activities as workflows call them, each with its deadlines. `startToClose` bounds one attempt,
 * `heartbeat` tells a dead worker from a slow one. Retries are Temporal's alone.
 */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const remote = { initialInterval: 2 * SECOND, backoffCoefficient: 2, maximumInterval: 5 * MINUTE };

/** A worker that was killed is noticed so soon; the activities beat every 10 s. */
const heartbeatTimeout = 45 * SECOND;

/** Look-ups and records: seconds of work, tried again until the service is back. */
const work = { startToCloseTimeout: 6 * HOUR, heartbeatTimeout, retry: remote };

/** The summary stands beside the activity's name in the Web UI. */
const worked = (summary: string) => proxyActivities<Activities>({ ...work, summary });

export const { stage, reconcile } = proxyActivities<Activities>(work);
export const { planDay } = worked('its window, days without a report');
export const { tryCanary } = worked('test message → canary mailbox');
export const { listSlices } = worked('staged items, in slices');
export const { openItems } = worked('items that are not archived yet');
export const { revisitHeld } = worked('held people who can be reached by now');
export const { listCases } = worked('cases of the request');
export const { settleCase } = worked('case → receipt');
export const { convert } = worked('item → message');
export const { map } = worked('parties → mailboxes');

/** The site: a password that is refused is not tried again, a site that is away is, for hours. */
export const { fetch } = proxyActivities<Activities>({
  startToCloseTimeout: 6 * HOUR,
  scheduleToCloseTimeout: 12 * HOUR,
  heartbeatTimeout,
  retry: remote,
});

/** A day's items one after the other: its beats carry how far it is, and are kept back for a while. */
export const { rehearse } = proxyActivities<Activities>({
  startToCloseTimeout: 24 * HOUR,
  heartbeatTimeout: 20 * SECOND,
  retry: remote,
});

/** Items that run elsewhere: a large recording or a parked mailbox takes its time. */
export const { awaitItems } = proxyActivities<Activities>({
  summary: 'items that run elsewhere',
  startToCloseTimeout: 24 * HOUR,
  heartbeatTimeout,
  retry: remote,
});

/** Each attempt is one look at the flag; how long a drain lasts is its operator's matter. */
export const { awaitDrainEnd } = proxyActivities<Activities>({
  startToCloseTimeout: 10 * MINUTE,
  heartbeatTimeout,
  retry: { initialInterval: 30 * SECOND, backoffCoefficient: 1 },
  summary: 'until the drain is ended',
});

/**
 * One copy into one mailbox. What waits longer than `parkMs` altogether fails with its reason; the
 * two hours beyond are for an upload that has begun. The create's own deadline (30 s) is shorter
 * than the heartbeat timeout, so that an attempt which is given up cannot still be sending.
 */
export function importInto({ id, rule }: MailboxRoute, parkMs: number) {
  return proxyActivities<Activities>({
    summary: `mailbox ${id}, ${rule} mapping`,
    startToCloseTimeout: 2 * HOUR,
    scheduleToCloseTimeout: Math.max(parkMs, MINUTE) + 2 * HOUR,
    heartbeatTimeout,
    retry: {
      initialInterval: 5 * SECOND,
      backoffCoefficient: 2,
      maximumInterval: 10 * MINUTE,
    },
  }).import;
}

/** The day does not wait for a reader's mailbox or for the webhook: what fails is told next time. */
export const { deliverReport } = proxyActivities<Activities>({
  startToCloseTimeout: 10 * MINUTE,
  scheduleToCloseTimeout: 15 * MINUTE,
  heartbeatTimeout,
  retry: remote,
  summary: 'report → reader',
});
export const { tellAlarms } = proxyActivities<Activities>({
  summary: 'alarms → webhook',
  startToCloseTimeout: MINUTE,
  scheduleToCloseTimeout: 2 * MINUTE,
  heartbeatTimeout,
  retry: remote,
});

/** In the item's last workflow task: one marker instead of an activity's three events. */
export const { writeReceipt } = proxyLocalActivities<Activities>({
  startToCloseTimeout: MINUTE,
  retry: remote,
});
