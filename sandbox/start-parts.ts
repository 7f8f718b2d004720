import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startAzurite } from './azurite.ts';
import type { Azurite } from './azurite.ts';
import { baseEnvironment, SITE_USER } from './environment.ts';
import { choosePort } from './free-port.ts';
import type { Inputs } from './inputs.ts';
import type { Ports } from './options.ts';
import { readyLine, startProgram, startScript, untilReady } from './part.ts';
import type { Part } from './part.ts';
import type { TemporalCli } from './setup/temporal-cli.ts';
import type { Secrets, StatePaths } from './state.ts';
import { startTemporal } from './temporal-server.ts';
import type { TemporalServer } from './temporal-server.ts';

const READY_TIMEOUT_MS = 60_000;

export interface SitePart {
  readonly part: Part;
  readonly port: number;
  readonly fingerprint: string;
}

export interface TenantPart {
  readonly part: Part;
  readonly port: number;
  readonly url: string;
  /** The read-only page for people. */
  readonly mailboxesUrl: string;
  readonly caFile: string;
}

export interface RunningParts {
  readonly cliPath: string;
  readonly temporal: TemporalServer;
  readonly azurite: Azurite;
  readonly tenant: TenantPart;
  readonly site: SitePart;
}

export interface StartOptions {
  readonly cli: TemporalCli;
  readonly paths: StatePaths;
  readonly inputs: Inputs;
  readonly secrets: Secrets;
  readonly ports: Readonly<Record<keyof Ports, number>>;
}

export type ChosenPorts = StartOptions['ports'];

/** The ports that were asked for, else those of the last start, else free ones. */
export async function choosePorts(given: Ports, previous: Ports): Promise<ChosenPorts> {
  const choose = (name: string, key: keyof Ports): Promise<number> =>
    choosePort({ name: `${name} (--${key}-port)`, given: given[key], previous: previous[key] });
  return {
    temporal: await choose('Temporal', 'temporal'),
    ui: await choose('the Temporal Web UI', 'ui'),
    blob: await choose('Azurite', 'blob'),
    site: await choose('the TeleMessage site', 'site'),
    tenant: await choose('the Microsoft 365 tenant', 'tenant'),
    mailboxes: await choose('the page of the mailboxes', 'mailboxes'),
  };
}

/** Starts all that the worker talks to, side by side; when one fails the others are stopped. */
export async function startParts(options: StartOptions): Promise<RunningParts> {
  const environment = baseEnvironment(process.env);
  const { paths, ports, cli } = options;
  const logFile = (name: string): string => join(paths.logs, `${name}.log`);
  const starts = [
    startTemporal({
      cli,
      folder: paths.temporal,
      port: ports.temporal,
      uiPort: ports.ui,
      logFile: logFile('temporal'),
      environment,
    }),
    startAzurite({
      folder: paths.azurite,
      port: ports.blob,
      logFile: logFile('azurite'),
      environment,
    }),
    startTenant(options, logFile('tenant'), environment),
    startSite(options, logFile('site'), environment),
  ] as const;
  try {
    const [temporal, azurite, tenant, site] = await Promise.all(starts);
    return { cliPath: cli.path, temporal, azurite, tenant, site };
  } catch (error) {
    const settled = await Promise.allSettled<{ part: Part }>(starts);
    for (const start of settled) {
      if (start.status === 'fulfilled') await start.value.part.stop();
    }
    throw error;
  }
}

async function startTenant(
  { paths, ports, inputs, secrets }: StartOptions,
  logFile: string,
  environment: NodeJS.ProcessEnv,
): Promise<TenantPart> {
  const part = startProgram({
    name: 'the Microsoft 365 tenant',
    command: process.execPath,
    arguments: [
      fileURLToPath(new URL('./tenant/main.ts', import.meta.url)),
      ...['--port', String(ports.tenant)],
      ...['--page-port', String(ports.mailboxes)],
      ...['--state', paths.tenant],
      ...['--users', inputs.usersFile],
      ...['--tenant-id', secrets.tenantId],
      ...['--client-id', secrets.clientId],
      ...['--client-secret', secrets.clientSecret],
      ...['--control-key', secrets.controlKey],
    ],
    environment,
    logFile,
    signal: 'SIGTERM',
  });
  const line = await untilReady(part, READY_TIMEOUT_MS, () => readyLine(part.output()));
  const url = `https://127.0.0.1:${String(line['port'])}`;
  return {
    part,
    port: Number(line['port']),
    url,
    mailboxesUrl: String(line['mailboxesUrl']),
    caFile: String(line['caFile']),
  };
}

async function startSite(
  { paths, ports, inputs, secrets }: StartOptions,
  logFile: string,
  environment: NodeJS.ProcessEnv,
): Promise<SitePart> {
  const part = startScript({
    name: 'the TeleMessage site',
    script: fileURLToPath(new URL('./site/main.ts', import.meta.url)),
    arguments: [
      ...['--directory', inputs.siteDirectory],
      ...['--username', SITE_USER],
      ...['--host-key', paths.hostKey],
      ...['--port', String(ports.site)],
    ],
    environment: { ...environment, SITE_PASSWORD: secrets.sitePassword },
    logFile,
  });
  const line = await untilReady(part, READY_TIMEOUT_MS, () => readyLine(part.output()));
  return { part, port: Number(line['port']), fingerprint: String(line['fingerprint']) };
}
