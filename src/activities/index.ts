import { tellAlarms, type RunLink } from './alarms.ts';
import { awaitItems, type WorkflowWatch } from './await-items.ts';
import { withBoundary, type BoundaryLog } from './boundary.ts';
import type { Connectors } from './connector.ts';
import { tryCanary } from './canary.ts';
import { listCases } from './cases.ts';
import { convert } from './convert.ts';
import { deliverReport } from './deliver-report.ts';
import { awaitDrainEnd } from './drain.ts';
import { fetch } from './fetch.ts';
import { revisitHeld } from './held.ts';
import { importCopy } from './import.ts';
import { map } from './map.ts';
import { listSlices, openItems } from './open-items.ts';
import { planDay } from './plan.ts';
import { settleCase, writeReceipt } from './receipt.ts';
import { reconcile } from './reconcile.ts';
import { rehearse } from './rehearse.ts';
import { stage } from './stage.ts';

/** All activities of the worker, by the names that histories record. */
export function createActivities(
  connectors: Connectors,
  watch: WorkflowWatch,
  log: BoundaryLog,
  linkOf: RunLink,
) {
  return withBoundary(
    {
      planDay: planDay(connectors),
      fetch: fetch(connectors),
      stage: stage(connectors),
      tryCanary: tryCanary(connectors),
      listSlices: listSlices(connectors),
      revisitHeld: revisitHeld(connectors),
      openItems: openItems(connectors),
      awaitItems: awaitItems(watch),
      awaitDrainEnd: awaitDrainEnd(connectors),
      convert: convert(connectors),
      map: map(connectors),
      import: importCopy(connectors),
      writeReceipt: writeReceipt(connectors),
      listCases: listCases(connectors),
      settleCase: settleCase(connectors),
      reconcile: reconcile(connectors),
      rehearse: rehearse(connectors),
      deliverReport: deliverReport(connectors),
      tellAlarms: tellAlarms(connectors, linkOf),
    },
    log,
  );
}

export type Activities = ReturnType<typeof createActivities>;
