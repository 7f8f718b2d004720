import type { Difference } from '../verify/difference.ts';
import { NOTICES, STEPS } from '../verify/difference.ts';
import { counted, grouped, table } from './table.ts';
import type { ProofDocument } from './verify.ts';

/** Of each kind; `--json` has them all. */
const MAX_SHOWN = 20;

/** What was compared, and every difference with what it means and what to do. */
export function proofText(proof: ProofDocument): string {
  return [heading(proof), steps(proof), ...differences(proof), unanswered(proof), notes(proof)]
    .filter((part) => part !== '')
    .join('\n\n');
}

function heading({ connector, day, sent, verdict, ...proof }: ProofDocument): string {
  const what = day ?? `sent ${sent?.day ?? ''} (${sent?.timeZone ?? ''})`;
  const words = {
    proven: 'Nothing differs.',
    differs: `${counted(proof.differences.length, 'DIFFERENCE', 'DIFFERENCES')}.`,
    unproven: `NOT PROVEN: ${counted(proof.unanswered.length, 'copy', 'copies')} could not be read.`,
  };
  const rows = proof.packages.map((line) => [line.day, line.package, line.delivery, line.items]);
  return [
    `${connector}  ${what}  ${words[verdict]}`,
    ...(rows.length === 0 ? [] : [table(['day', 'package', 'delivery', 'items'], rows)]),
  ].join('\n');
}

function steps({ steps: all }: ProofDocument): string {
  const rows = all.map(({ step, checked, differ }) => [STEPS[step], checked, differ]);
  return table(['what was compared', 'checked', 'differ'], rows);
}

function differences({ kinds, differences: all }: ProofDocument): string[] {
  return kinds.map(({ kind, count, means, next }) => {
    const found = all.filter((one) => one.kind === kind);
    return [
      `${kind}: ${grouped(count)}`,
      `  ${means}`,
      `  What to do: ${next}`,
      ...found.slice(0, MAX_SHOWN).map((one) => `    ${placeOf(one)}`),
      ...(count > MAX_SHOWN ? [`    and ${grouped(count - MAX_SHOWN)} more: --json`] : []),
    ].join('\n');
  });
}

function placeOf({ itemKey, mailbox, path, detail, messageId }: Difference): string {
  return [
    ...(itemKey === null ? [] : [`item ${itemKey}`]),
    ...(mailbox === null ? [] : [`mailbox ${mailbox}`]),
    ...(messageId === null ? [] : [`message ${messageId}`]),
    ...(path === null ? [] : [path]),
    ...(detail === null ? [] : [detail]),
  ].join('  ');
}

function unanswered({ unanswered: all }: ProofDocument): string {
  if (all.length === 0) return '';
  const rows = all.slice(0, MAX_SHOWN).map((one) => [one.itemKey, one.mailbox, one.detail]);
  return `Could not be read, so nothing is proven of them; verify again later\n${table(['item', 'mailbox', 'answer'], rows)}`;
}

function notes({ notices, requests, readData }: ProofDocument): string {
  const { storage, graph, graphReads } = requests;
  return [
    ...notices.map(({ kind, count }) => `${grouped(count)}  ${NOTICES[kind]}`),
    ...(readData ? [] : ['Attachments and texts in the mailboxes were not read: add --read-data.']),
    `requests: ${grouped(storage)} to Azure Storage, ${grouped(graph)} to Microsoft Graph with ${grouped(graphReads)} reads in them`,
  ].join('\n');
}
