import { ApplicationFailure, Context } from '@temporalio/activity';
import { REASONS, type Reason } from '../domain/reason.ts';
import type { Report } from '../domain/report.ts';
import { attemptOf, BEAT_EVERY_MS, waiting } from './attempt.ts';
import type { Connectors } from './connector.ts';

export interface Delivery {
  readonly connector: string;
  /** Run id of the day. */
  readonly run: string;
  readonly day: string;
  /** Of the report. */
  readonly number: number;
  /** Position in `report.deliverTo`: no address crosses Temporal. */
  readonly reader: number;
}

/**
 * Brings a report into one reader's Inbox, once: by the writer and the rules of the items' copies.
 * What has no receipt is looked for by its Message-ID before it is posted.
 */
export function deliverReport(connectors: Connectors) {
  return async ({ connector: id, run, day, number, reader }: Delivery): Promise<void> => {
    const connector = connectors.get(id);
    const { staging, readers } = connector;
    const address = readers[reader];
    // The configuration lost a reader since the run began.
    if (address === undefined) return;
    const [json, html, csv] = await Promise.all([
      staging.reports.read(day, number, 'json'),
      staging.reports.read(day, number, 'html'),
      staging.reports.read(day, number, 'csv'),
    ]);
    if (json === null || html === null || csv === null) return;
    const found = await connector.routeReader(address, run);
    if (found.mailbox === null) throw undelivered(found.reason);

    const report = JSON.parse(json.toString('utf8')) as Report;
    const message = connector.composeReport(report, { html, csv, reader: address });
    const attempt = attemptOf(Context.current(), null);
    const beat = setInterval(() => attempt.heartbeat(), BEAT_EVERY_MS);
    const input = {
      ...{ connector: id, run, mailboxId: found.mailbox.id, message },
      recompose: () => message,
      openAttachment: (position: number) => Promise.resolve(position === 0 ? html : csv),
      isFresh: false,
      // That a reader's mailbox is denied says nothing about the app's rights to all the others.
      isKnownDenied: true,
    };
    const end = await connector.importReport(input, attempt).finally(() => clearInterval(beat));
    if (end.end === 'again') throw waiting(end);
    if (end.end === 'failed') throw undelivered(end.reason);
  };
}

function undelivered(reason: Reason): ApplicationFailure {
  return ApplicationFailure.create({ type: reason, message: REASONS[reason], nonRetryable: true });
}
