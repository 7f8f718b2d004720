import assert from 'node:assert/strict';
import type { TenantUser } from '../../../sandbox/tenant/users.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { openProof, openStaging } from '../../../src/connections.ts';
import { mmsEml, smsEml, type DeliveredItem } from '../../support/delivery.ts';
import type { Office } from '../../support/office.ts';

export const PROOF_DAY = '2026-10-05';
const FIRM = 'tarnvesper.example.com';

function user(number: number, name: string): TenantUser {
  const mail = `${name}@${FIRM}`;
  const id = `0f8e2a64-5b1c-4d3e-8a00-00000000090${String(number)}`;
  return { id, userPrincipalName: mail, mail, displayName: name, accountEnabled: true };
}

export const ADA = user(1, 'ada');
const BO = user(2, 'bo');
export const CY = user(3, 'cy');
export const DI = user(4, 'di');
export const USERS = [ADA, BO, CY, DI];

/** Each item goes to one mailbox and is what one difference is made on; its label is its source id. */
export const TEXTS = [
  'item-bytes-differ',
  'message-bytes-differ',
  'message-differs-from-item',
  'by-digest-only',
  'receipt-missing',
  'receipt-hole',
  'receipt-unreadable',
  'receipt-differs',
  'receipt-altered',
  'receipt-lost-copy',
  'index-differs',
  'removed-from-mailbox',
  'purged-from-mailbox',
  'moved-in-mailbox',
  'thrown-away',
  'doubled-in-mailbox',
  'back-in-mailbox',
  'unrecorded-in-mailbox',
  'changed-in-mailbox',
  'text-differs',
  'head-differs',
  'clean',
];
export const MEDIA = ['half-in-mailbox', 'attachments-added', 'attachment-differs', 'clean-mms'];

/** What somebody writes over the facts that an index tells of an item. */
export const FORGED_FACTS = {
  at: `${PROOF_DAY}T23:00:00Z`,
  kind: 'mms',
  source: '0'.repeat(32),
} as const;

const person = ({ mail }: TenantUser, number: string) => ({ number, address: mail ?? '' });
const sms = (label: string, to: TenantUser, minute: number): DeliveredItem => ({
  name: `${label}.eml`,
  eml: smsEml({
    from: { number: '447700900777', address: '447700900777@sms.example.net' },
    to: [person(to, '447700900123')],
    owner: to.mail ?? '',
    text: `${label}: tea & "cake" at <nine>, 1 < 2\r\n\tça va 👍`,
    at: `${PROOF_DAY}T09:${String(minute).padStart(2, '0')}:00Z`,
    sourceId: label,
  }),
});
const mms = (label: string, minute: number): DeliveredItem => ({
  name: `${label}.eml`,
  eml: mmsEml({
    from: { number: '447700900777', address: '447700900777@sms.example.net' },
    to: [person(ADA, '447700900123')],
    owner: ADA.mail ?? '',
    text: label,
    at: `${PROOF_DAY}T10:${String(minute).padStart(2, '0')}:00Z`,
    sourceId: label,
    files: [
      { name: 'one.jpg', contentType: 'image/jpeg', content: `${label} one` },
      { name: 'two.jpg', contentType: 'image/jpeg', content: `${label} two` },
    ],
  }),
});
/** Four packages: for what changes bytes and copies, an index, a whole package, and mailboxes. */
export const PROOF_PACKAGES: readonly (readonly DeliveredItem[])[] = [
  [...TEXTS.map((label, at) => sms(label, ADA, at)), ...MEDIA.map(mms)],
  [sms('counted', BO, 30), sms('not-counted', BO, 31)],
  [sms('without-package', BO, 32)],
  [sms('mailbox-gone', CY, 40), sms('mailbox-not-permitted', DI, 41)],
];

/** The command line within this process: a proof is asked for often, and a start is dear. */
export async function runHere(office: Office, args: readonly string[]) {
  const [out, err, codes]: [string[], string[], number[]] = [[], [], []];
  const never = () => assert.fail('verify needs neither Temporal nor the site');
  await runProgram(
    {
      builders: {
        loadConfig: () => loadConfig({ env: office.env }),
        openStaging: async (connector) => openStaging(connector),
        openProof: async (connector, onRequest) => openProof(connector, onRequest),
        ...{ connectTemporal: never, openSite: never, openTenant: never },
        ...{ openUsers: never, openItems: never, openGuide: never },
        openLink: never,
        webUi: '',
        operator: 'ann@host',
        now: () => Date.now(),
      },
      terminal: {
        out: (text) => out.push(text),
        err: (text) => err.push(text),
        isInteractive: false,
        screen: null,
      },
      exit: (code) => codes.push(code),
    },
    args,
  );
  return { code: codes.at(-1), out: out.join('\n'), err: err.join('\n') };
}
