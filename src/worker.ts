import { hostname } from 'node:os';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { EnvHttpProxyAgent, setGlobalDispatcher } from 'undici';
import { connectors, type Connector } from './activities/connector.ts';
import { createActivities } from './activities/index.ts';
import { itemReader } from './activities/item-reader.ts';
import { memoryBudget, type MemoryBudget } from './activities/memory-budget.ts';
import { ConfigError } from './config/config-error.ts';
import type { ConnectorConfig } from './config/config.ts';
import { readEnvironment } from './config/environment.ts';
import { loadConfig } from './config/load.ts';
import { runPage, temporalSettings, webUiAddress } from './config/temporal.ts';
import { conversionOf, openGraph, openSite, openStaging } from './connections.ts';
import { activeMapping } from './directory/active-mapping.ts';
import { directory } from './directory/directory.ts';
import { readRegisteredUsers } from './directory/registered-users.ts';
import { users } from './directory/users.ts';
import { TASK_QUEUE } from './domain/ids.ts';
import { RunError } from './domain/run-error.ts';
import { workerIdentity } from './domain/worker-identity.ts';
import { temporalLog, workerLog } from './logging.ts';
import { breaker } from './mailbox/breaker.ts';
import { runCanary } from './mailbox/canary.ts';
import { systemClock } from './mailbox/clock.ts';
import { folders } from './mailbox/folder.ts';
import { importCopy } from './mailbox/importer.ts';
import { inbox } from './mailbox/inbox.ts';
import { lanes } from './mailbox/lane.ts';
import { reads } from './mailbox/reads.ts';
import { notifier } from './notify/notifier.ts';
import { reportMessage } from './message/report-message.ts';
import { watchParent } from './parent-watch.ts';
import { indexPackage } from './telemessage/package.ts';

/** Shorter than the import's heartbeat timeout (45 s): Graph itself gives up at about 30 s. */
const CREATE_TIMEOUT_MS = 30_000;
/** 0.5 Mbit/s; a slower line does not carry a day's recordings. */
const RANGE_TIMEOUT_MS = 60_000;
/** Four batches of 25 items of a day, with two mailboxes each, and as much again beside it. */
const MAX_ACTIVITIES = 400;
/** A cached item workflow takes about 200 kB; what is in flight must fit. */
const MAX_CACHED_WORKFLOWS = 600;
/** Its ending is that of this file: `.ts` in a clone, `.js` when built. */
const WORKFLOWS = fileURLToPath(
  new URL(`./workflows/index${extname(import.meta.url)}`, import.meta.url),
);
const SHUTDOWN_GRACE = '30 seconds';
/** Slices of 200 items that one run of a day works off: about 3,000 events of history. */
const SLICES_PER_RUN = 300;

function buildConnector(config: ConnectorConfig, memory: MemoryBudget): Connector {
  const { tenant, mapping, mailbox, limits, schedule, source, report, notify } = config;
  const { registeredUsersFile } = report;
  const { unmatched } = mailbox;
  const store = openStaging(config);
  const client = openGraph(config);
  const conversion = conversionOf(config);
  const reading = reads(client, systemClock);
  const top = folders({ client, reads: reading, clock: systemClock, name: mailbox.folder });
  const custom = activeMapping({
    state: store.state,
    lastUsed: () => store.reports.lastMapping(),
    defaultCountry: mapping.defaultCountry,
  });
  const who = directory({
    users: users({
      read: (path, query) => reading.read(path, query),
      answers: (user, run) => top.answers(user, run),
    }),
    mapping: custom,
    automatic: mapping.automatic,
    custom: mapping.custom,
  });
  const importer = {
    client,
    folders: top,
    lanes: lanes({ clock: systemClock, workers: limits.workers }),
    breaker: breaker(),
    clock: systemClock,
    cloud: tenant.cloud,
    settleMs: limits.settleSeconds * 1_000,
    createTimeoutMs: CREATE_TIMEOUT_MS,
    rangeTimeoutMs: RANGE_TIMEOUT_MS,
  };
  // What is wrong with a reader's mailbox must not stop the items.
  const reporting = { ...importer, folders: inbox(client), breaker: breaker() };
  return {
    settings: {
      id: config.id,
      startDay: config.startDay,
      lookbackDays: source.lookbackDays,
      quietMs: source.quietSeconds * 1_000,
      waitUntil: schedule.waitUntil,
      catchupDays: schedule.catchupDays,
      maxItemBytes: limits.maxItemBytes,
      parkMs: limits.parkMinutes * 60_000,
      ownDomains: tenant.ownDomains,
      slicesPerRun: SLICES_PER_RUN,
      hasCanary: tenant.canaryMailbox !== null,
    },
    openSite: () => openSite(config),
    staging: store,
    registeredUsers:
      registeredUsersFile === null
        ? null
        : () => readRegisteredUsers(registeredUsersFile, mapping.defaultCountry),
    indexPackage,
    memory,
    items: itemReader(store.packages, conversion),
    converter: conversion.converter,
    compose: conversion.compose,
    renderEml: conversion.renderEml,
    mapping: mapping.custom ? custom : () => Promise.resolve(null),
    route: (party, at, run) => who.route(party, at, run),
    routeUnmatched: unmatched === null ? null : (run) => who.mailboxOf(unmatched, run),
    importCopy: (input, attempt) => importCopy(importer, input, attempt),
    readers: report.deliverTo,
    routeReader: (address, run) => who.mailboxOf(address, run),
    composeReport: (kept, parts) =>
      reportMessage(kept, { ...parts, messageIdDomain: mailbox.messageIdDomain }),
    importReport: (input, attempt) => importCopy(reporting, input, attempt),
    notifier: notifier({
      webhookUrl: notify.webhookUrl?.reveal() ?? null,
      heartbeatUrl: notify.heartbeatUrl?.reveal() ?? null,
    }),
    async tryCanary(signal) {
      if (tenant.canaryMailbox === null) return;
      await runCanary({ ...importer, ...mailbox, mailbox: tenant.canaryMailbox, signal });
    },
  };
}

async function main(): Promise<void> {
  const env = readEnvironment();
  const { values } = parseArgs({ options: { config: { type: 'string' } } });
  const config = loadConfig({
    env,
    ...(values.config === undefined ? {} : { path: values.config }),
  });
  if (env['HTTPS_PROXY'] !== undefined) setGlobalDispatcher(new EnvHttpProxyAgent());
  const log = workerLog(env['O2_LOG_LEVEL'] ?? 'info');
  Runtime.install({ logger: temporalLog(log) });

  const { connectionOptions, namespace, address } = temporalSettings(env);
  const native = await connect(connectionOptions, address);
  const client = new Client({ connection: await Connection.connect(connectionOptions), namespace });
  const memory = memoryBudget();
  const worker = await Worker.create({
    connection: native,
    namespace,
    taskQueue: TASK_QUEUE,
    identity: workerIdentity(
      process.pid,
      hostname(),
      config.connectors.map(({ id }) => id),
    ),
    workflowsPath: WORKFLOWS,
    // Evaluated once and not for each of a thousand workflows: 0.3 ms each.
    bundlerOptions: { preloadModules: [WORKFLOWS] },
    activities: createActivities(
      connectors(config.connectors.map((each) => buildConnector(each, memory))),
      {
        async isClosed(workflowId) {
          try {
            const { status } = await client.workflow.getHandle(workflowId).describe();
            return status.name !== 'RUNNING';
          } catch (error) {
            if (error instanceof WorkflowNotFoundError) return true;
            throw error;
          }
        },
      },
      {
        unexpected: (activity, error) =>
          log.error({ activity, stack: stackOf(error) }, 'ActivityUnexpectedError'),
      },
      runPage(webUiAddress(env), namespace),
    ),
    maxConcurrentActivityTaskExecutions: MAX_ACTIVITIES,
    maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
    shutdownGraceTime: SHUTDOWN_GRACE,
  });
  watchParent(() => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
  });
  const run = worker.run();
  process.stdout.write('worker ready\n');
  await run;
  await Promise.all([native.close(), client.connection.close()]);
}

async function connect(
  options: Parameters<typeof NativeConnection.connect>[0],
  address: string,
): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(options);
  } catch (cause) {
    throw new RunError(
      'temporal-unreachable',
      `Temporal at ${address} does not answer. Start it, or correct TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and TEMPORAL_API_KEY.`,
      { cause },
    );
  }
}

/** Where it happened, without the message: that may quote what came from outside. */
function stackOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack.slice(stack.indexOf('\n    at '));
}

try {
  await main();
} catch (error) {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 78;
  } else {
    process.stderr.write(
      `The worker stopped: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    const isAway = error instanceof RunError && error.code === 'temporal-unreachable';
    process.exitCode = isAway ? 4 : 1;
  }
}
