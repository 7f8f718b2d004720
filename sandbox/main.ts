import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { watchParent } from '../src/parent-watch.ts';
import { archiveDay } from './archive-day.ts';
import { openCli } from './cli.ts';
import { describeSandbox } from './description.ts';
import { writeEnvironment } from './environment.ts';
import { shown, thingsToTry, whereToLook } from './guide.ts';
import { prepareInputs } from './inputs.ts';
import { parseOptions, USAGE, UsageError } from './options.ts';
import type { SandboxOptions } from './options.ts';
import type { Part } from './part.ts';
import { findTemporalCli } from './setup/temporal-cli.ts';
import { choosePorts, startParts } from './start-parts.ts';
import type { RunningParts } from './start-parts.ts';
import { awaitLeftovers, claimState, emptyState, previousStart } from './state.ts';
import { secretsOf, statePaths } from './state.ts';
import { keepWorker } from './worker-part.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Ended by a signal before the day was done; 128 + SIGINT, as shells count it. */
const INTERRUPTED = 130;

/** What must be ended, in the order it was started; it is ended in the other direction. */
type Stop = () => Promise<void>;

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options === null) {
    say(USAGE);
    return 0;
  }
  const interruption = interrupted();
  const stops: Stop[] = [];
  const outcome = { code: INTERRUPTED };
  const paths = statePaths(resolve(options.state ?? join(ROOT, '.sandbox')));
  const release = await claimState(paths);
  try {
    await Promise.race([runSandbox(options, paths, stops, interruption, outcome), interruption]);
    return outcome.code;
  } finally {
    if (stops.length > 0) say('\nEnding: worker, tenant, site, Azurite, Temporal …');
    for (const stop of stops.reverse()) await stop();
    release();
  }
}

async function runSandbox(
  options: SandboxOptions,
  paths: ReturnType<typeof statePaths>,
  stops: Stop[],
  interruption: Promise<void>,
  outcome: { code: number },
): Promise<void> {
  const previous = previousStart(paths);
  await awaitLeftovers(previous);
  if (options.isFresh) emptyState(paths);
  const inputs = await prepareInputs(options, paths);
  const secrets = secretsOf(paths);
  const ports = await choosePorts(options.ports, previous.ports);
  const cli = await findTemporalCli(process.env);
  say(`Temporal CLI with server ${cli.server}: ${cli.path}`);

  say('Starting Temporal, Azurite, the Microsoft 365 tenant and the TeleMessage site …');
  const parts = await startParts({ cli, paths, inputs, secrets, ports });
  const { temporal, azurite, tenant, site } = parts;
  for (const { part } of [temporal, azurite, site, tenant]) stops.push(() => part.stop());
  say(partsText(parts));
  if (azurite.wasKilled) say(KILLED_TEXT);

  const environment = writeEnvironment(paths, inputs, secrets, parts);
  const worker = await keepWorker({
    script: fileURLToPath(new URL('../src/worker.ts', import.meta.url)),
    environment,
    logFile: join(paths.logs, 'worker.log'),
    pidFile: paths.workerPid,
    say,
  });
  stops.push(() => worker.stop());
  describeSandbox({ paths, inputs, secrets, ports, parts, workerPid: worker.pid() });
  say(
    `  worker ready           process ${worker.pid()}, log ${shown(join(paths.logs, 'worker.log'))}`,
  );

  const client = openCli(environment, say);
  stops.push(() => client.stop());
  const broken = Promise.race([
    ...[temporal, azurite, tenant, site].map(async ({ part }) => brokenBy(part)),
    worker.gaveUp.then((message) => Promise.reject(new Error(message))),
  ]);
  const balances = await Promise.race([archiveDay(client, inputs), broken]);
  outcome.code = options.isOnce && !balances ? 1 : 0;
  say(balances ? '\nThe books balance.' : '\nThe books do not balance.');
  if (!options.isOnce || options.keepsUp) {
    say(whereToLook(paths, inputs, parts));
    say(thingsToTry(paths, inputs));
    say('\nRunning. Ctrl-C ends everything; the state is kept.');
    await Promise.race([interruption, broken]);
  }
}

/** Resolves at the first signal, or when the one who started us is gone. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => resolve();
    // Further signals change nothing: the parts are ending already, each within its grace.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
    watchParent(end);
  });
}

async function brokenBy(part: Part): Promise<never> {
  const { code, signal } = await part.ended;
  if (part.isStopping()) return new Promise<never>(() => undefined);
  throw new Error(`${part.name} ended by itself (${signal ?? `exit code ${String(code)}`}).`);
}

function partsText({ temporal, azurite, tenant, site }: RunningParts): string {
  return [
    `  Temporal               ${temporal.address}, Web UI ${temporal.uiUrl}`,
    `  Azurite                ${azurite.endpoint}`,
    `  Microsoft 365 tenant   ${tenant.url}`,
    `  TeleMessage site       sftp://127.0.0.1:${site.port}, host key ${site.fingerprint}`,
  ].join('\n');
}

const KILLED_TEXT = `  Azurite was killed the last time. It writes its index late: blobs that it had taken may be
  missing. If the books do not balance now, begin anew:  npm run sandbox -- --fresh`;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
process.exit();
