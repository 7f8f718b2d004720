import type { Command } from 'commander';

import type { ConnectorConfig } from '../config/config.ts';
import { addDays, dayOf, toSeconds } from '../domain/archive-day.ts';
import type { Check, Finding } from './check-text.ts';
import { checksText } from './check-text.ts';
import { temporalChecks } from './check-temporal.ts';
import type { Setup } from './command.ts';
import { action, command } from './command.ts';
import { withinReach } from './deadline.ts';
import { drainWords, endCommand } from './drained.ts';
import type { ExitCode } from './exit.ts';
import { EXIT, exitCodeOf } from './exit.ts';
import { containerCommand } from './groundwork.ts';
import { addressOption } from './options.ts';
import type { Session } from './session.ts';
import { counted } from './table.ts';

/** In the state container. */
const CANARY_PATH = 'canary.json';

export function checkCommand(setup: Setup): Command {
  return command('check', 'try everything that a run needs, and say the cure', [
    'check',
    'check --connector o2 --json',
    'check --canary canary@example.com',
  ])
    .option(
      '--canary <address>',
      'also make, read back and remove a message in this mailbox',
      addressOption,
    )
    .action(action(setup, 'all', runChecks));
}

/** The first thing that is wrong decides: refused and unreachable are 4, all else 1. */
async function runChecks(session: Session, { canary }: { canary?: string }): Promise<ExitCode> {
  const checks: Check[] = [];
  const codes: ExitCode[] = [];
  const attempt = async (connector: string, what: string, work: () => Promise<Finding>) => {
    try {
      checks.push({ connector, check: what, state: 'ok', cure: null, ...(await work()) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      checks.push({ connector, check: what, state: 'failed', message, cure: null });
      codes.push(exitCodeOf(error));
    }
  };
  const { file, connectors } = session.config;
  for (const connector of session.connectors) {
    const { id } = connector;
    await attempt(id, 'configuration', async () => ({
      message: `${file}, ${counted(connectors.length, 'connector')}, all secrets there`,
    }));
    await attempt(id, 'site', () => siteCheck(session, connector));
    await attempt(id, 'staging', () => stagingCheck(session, connector));
    await attempt(id, 'tenant', () => tenantCheck(session, connector));
    if (canary !== undefined) {
      await attempt(id, 'canary', () => canaryCheck(session, connector, canary));
    }
    for (const [what, work] of temporalChecks(session, connector)) await attempt(id, what, work);
  }
  if (checks.some(({ state }) => state === 'failed')) codes.push(EXIT.failed);
  session.output.result({ checks }, () => checksText(checks));
  return codes[0] ?? EXIT.done;
}

/** What a list that came tells of a site, by its transport. */
const READS = {
  sftp: 'login works',
  azureBlob: 'login works',
  directory: 'the folder can be read',
} as const;

export async function siteCheck(session: Session, connector: ConnectorConfig): Promise<Finding> {
  const site = await session.openSite(connector);
  const to = dayOf(session.now());
  const { lookbackDays, transport } = connector.source;
  try {
    const files = await withinReach(site.list(addDays(to, -lookbackDays), to), 'The site');
    const found = `${READS[transport.type]}, ${counted(files.length, 'package')} of the last ${String(lookbackDays)} days`;
    if (transport.type !== 'sftp' || transport.hostKey !== null) return { message: found };
    return {
      state: 'warning',
      message: `${found}; any host key is taken`,
      cure: `Pin it as source.sftp.hostKey: ssh-keyscan -p ${String(transport.port)} ${transport.host} | ssh-keygen -lf -`,
    };
  } finally {
    // An SFTP connection that never came up may not close either.
    site.close().catch(() => undefined);
  }
}

export async function stagingCheck(session: Session, connector: ConnectorConfig): Promise<Finding> {
  const staging = await session.staging(connector);
  const missing: string[] = [];
  for (const container of staging.containers) {
    if (!(await withinReach(container.exists(), 'Azure Storage'))) missing.push(container.name);
  }
  const names = staging.containers.map(({ name }) => name).join(', ');
  if (missing.length === 0) {
    const flag = await staging.drain.read();
    if (flag === null) return { message: `${names} are there` };
    const message = `${names} are there. ${drainWords(flag)}`;
    return { state: 'warning', message, cure: endCommand(connector.id) };
  }
  return {
    state: 'failed',
    message: `missing: ${missing.join(', ')}`,
    cure: `o2-archiver schedule apply --connector ${connector.id}, or: ${missing.map((name) => containerCommand(connector, name)).join('; ')}`,
  };
}

/** Whether the tenant does what nobody promises and imports rely on; the answers are kept in state. */
async function canaryCheck(
  session: Session,
  connector: ConnectorConfig,
  address: string,
): Promise<Finding> {
  const tenant = await session.openTenant(connector);
  const findings = await tenant.tryCanary(address);
  const staging = await session.staging(connector);
  const kept = { at: toSeconds(session.now()), ...findings };
  await staging.state.write(CANARY_PATH, `${JSON.stringify(kept, null, 2)}\n`);
  const message = `a message was made with its own time and class, read back and removed; found by its Message-ID at once: ${findings.isFoundAtOnce ? 'yes' : 'not yet'}`;
  if (findings.takesAttachments) {
    return { message: `${message}; takes attachments afterwards: yes` };
  }
  return {
    state: 'warning',
    message: `${message}; takes attachments afterwards: NO`,
    cure: 'Attachments from 3 MB on cannot be imported: they will be left out and named in the message. Look for an update of the archiver.',
  };
}

export async function tenantCheck(
  session: Session,
  connector: ConnectorConfig,
  mailbox = connector.tenant.canaryMailbox,
): Promise<Finding> {
  const tenant = await session.openTenant(connector);
  await withinReach(tenant.readOneUser(), 'Microsoft Graph or its token endpoint');
  const found = `token given, users can be read at ${connector.tenant.graphEndpoint}`;
  if (mailbox === null) return { message: found };
  await withinReach(tenant.readMailbox(mailbox), 'Microsoft Graph');
  return { message: `${found}, the mailbox that was tried answers` };
}
