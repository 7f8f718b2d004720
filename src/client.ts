#!/usr/bin/env node
import { hostname, userInfo } from 'node:os';
import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';

import { Client, Connection } from '@temporalio/client';
import type { ConnectionOptions } from '@temporalio/client';

import type { ExitCode } from './cli/exit.ts';
import { UnreachableError } from './cli/exit.ts';
import { REACH_TIMEOUT_MS, withinReach } from './cli/deadline.ts';
import type { Screen, Terminal } from './cli/output.ts';
import { runProgram } from './cli/program.ts';
import type { Guide } from './cli/setup/guide.ts';
import type { Builders, TemporalAccess } from './cli/session.ts';
import { temporalProblem } from './cli/temporal-error.ts';
import { hasBrowser } from './config/browser.ts';
import type { Environment } from './config/environment.ts';
import { readEnvironment } from './config/environment.ts';
import { configFile, loadConfig, parseConfig } from './config/load.ts';
import { temporalSettings, webUiAddress } from './config/temporal.ts';

/** The operators' command line: parses, builds what the command needs, prints, exits. */
async function main(): Promise<void> {
  const env = readEnvironment();
  const setup = {
    builders: buildersFor(env),
    terminal: terminal(env),
    exit: (code: ExitCode) => {
      process.exitCode = code;
    },
  };
  await runProgram(setup, process.argv.slice(2));
  // A site or a tenant that never answered keeps sockets open; the command is over all the same.
  await drained(process.stdout);
  process.exit();
}

function buildersFor(env: Environment): Builders {
  return {
    loadConfig: (path) => loadConfig({ env, ...(path === undefined ? {} : { path }) }),
    connectTemporal: () => connectTemporal(env),
    // Loaded when first asked for: Azure's and SSH's packages take most of a command's start.
    openStaging: async (connector) => (await import('./connections.ts')).openStaging(connector),
    async openSite(connector) {
      const { openSite } = await import('./connections.ts');
      return openSite(connector, REACH_TIMEOUT_MS);
    },
    async openTenant(connector) {
      const { openGraph } = await import('./connections.ts');
      const { tenantProbe } = await import('./cli/tenant-probe.ts');
      const { systemClock } = await import('./mailbox/clock.ts');
      await useProxy(env);
      const { tenant, mailbox } = connector;
      const canary = { ...mailbox, cloud: tenant.cloud, clock: systemClock };
      return tenantProbe(openGraph(connector, REACH_TIMEOUT_MS), canary);
    },
    async openUsers(connector) {
      const { openUsers } = await import('./connections.ts');
      await useProxy(env);
      return openUsers(connector);
    },
    async openItems(connector) {
      const { openItems, openStaging } = await import('./connections.ts');
      return openItems(connector, openStaging(connector));
    },
    async openProof(connector, onRequest) {
      const { openProof } = await import('./connections.ts');
      await useProxy(env);
      return openProof(connector, onRequest);
    },
    openGuide: (path) => openGuide(env, path),
    openLink: (url) => openLink(env, url),
    webUi: webUiAddress(env),
    operator: `${userInfo().username}@${hostname()}`,
    now: () => Date.now(),
  };
}

async function openGuide(env: Environment, path: string | undefined): Promise<Guide> {
  const { readHostKey } = await import('./telemessage/sftp-host-key.ts');
  const { terminalPrompts } = await import('./cli/setup/terminal.ts');
  const file = configFile({ env, ...(path === undefined ? {} : { path }) });
  // Both: what is asked is shown on standard error, and typed on standard input.
  const isAttended = process.stdin.isTTY && process.stderr.isTTY;
  return {
    file,
    prompts: isAttended ? terminalPrompts(process.stderr) : null,
    readConfig: (text, more) => parseConfig({ file, text, env: { ...env, ...more } }),
    hostKey: (host, port) => readHostKey({ host, port, timeoutMs: REACH_TIMEOUT_MS }),
  };
}

async function openLink(env: Environment, url: string): Promise<boolean> {
  if (!hasBrowser(env, process.platform)) return false;
  const { default: open } = await import('open');
  return open(url).then(
    () => true,
    () => false,
  );
}

async function useProxy(env: Environment): Promise<void> {
  if (env['HTTPS_PROXY'] === undefined) return;
  const { EnvHttpProxyAgent, setGlobalDispatcher } = await import('undici');
  setGlobalDispatcher(new EnvHttpProxyAgent());
}

async function connectTemporal(env: Environment): Promise<TemporalAccess> {
  const { connectionOptions, address, namespace } = temporalSettings(env);
  const options = { ...connectionOptions, connectTimeout: REACH_TIMEOUT_MS } as ConnectionOptions;
  const what = `Temporal at ${address}`;
  try {
    const connection = await withinReach(Connection.connect(options), what);
    return { client: new Client({ connection, namespace }), address, namespace };
  } catch (error) {
    const problem = temporalProblem(error, { address, namespace });
    if (problem !== error && problem instanceof UnreachableError) throw problem;
    throw new UnreachableError(
      `${what} does not answer. Start it, or correct TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and TEMPORAL_API_KEY.`,
      { cause: error },
    );
  }
}

function terminal(env: Environment): Terminal {
  return {
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
    isInteractive: process.stderr.isTTY,
    screen: process.stdout.isTTY && env['TERM'] !== 'dumb' ? screenOf(process.stdout) : null,
  };
}

function screenOf(stream: WriteStream): Screen {
  return {
    // A terminal that was told no size says 0.
    columns: () => stream.columns || 80,
    rows: () => stream.rows || 24,
    write: (text) => stream.write(text),
    // Heeds NO_COLOR.
    paint: (style, text) => styleText(style, text, { stream }),
    onResize(changed) {
      stream.on('resize', changed);
      return () => stream.off('resize', changed);
    },
  };
}

/** A pipe takes large documents in parts; an exit before the last one would cut it. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

await main();
