import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startTenant } from './tenant.ts';
import type { TenantOptions } from './tenant.ts';
import { readUsersFile } from './users-file.ts';

const USAGE = `node sandbox/tenant/main.ts --state DIR --users FILE --client-id ID --client-secret SECRET
  --port N          TLS port on 127.0.0.1 (default: a free one)
  --page-port N     HTTP port of the page for people (default: a free one)
  --tenant-id ID    the only tenant the token endpoint knows (default: any)
  --client-certificate FILE  PEM that the app may sign with in place of its secret (default: none)
  --control-key KEY opens /control to whoever sends it as x-control-key (default: closed)`;

/** Runs the tenant by itself: one JSON line when it listens, until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const options = readOptions();
  if (options === null) {
    process.stderr.write(`${USAGE}\n`);
    process.exitCode = 2;
    return;
  }
  const tenant = await startTenant(options);
  const { port, caFile, pageUrl } = tenant;
  const line = { ready: true, port, caFile, mailboxesUrl: pageUrl };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  const stop = () => void tenant.close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

/** Null when a flag is missing or unknown. */
function readOptions(): TenantOptions | null {
  const { values } = parseArgs({
    strict: false,
    options: {
      port: { type: 'string' },
      'page-port': { type: 'string' },
      state: { type: 'string' },
      users: { type: 'string' },
      'client-id': { type: 'string' },
      'client-secret': { type: 'string' },
      'client-certificate': { type: 'string' },
      'tenant-id': { type: 'string' },
      'control-key': { type: 'string' },
    },
  });
  const given = (name: string) => (typeof values[name] === 'string' ? values[name] : null);
  const [stateDirectory, users] = [given('state'), given('users')];
  const [clientId, clientSecret] = [given('client-id'), given('client-secret')];
  const isComplete =
    stateDirectory !== null && users !== null && clientId !== null && clientSecret !== null;
  if (!isComplete || Object.values(values).includes(true)) return null;
  const certificate = given('client-certificate');
  const controlKey = given('control-key');
  return {
    stateDirectory,
    clientId,
    clientSecret,
    port: Number(given('port') ?? '0'),
    pagePort: Number(given('page-port') ?? '0'),
    users: readUsersFile(users),
    tenantId: given('tenant-id'),
    ...(certificate === null ? {} : { clientCertificate: readFileSync(certificate, 'utf8') }),
    ...(controlKey === null ? {} : { controlKey }),
  };
}

await main();
