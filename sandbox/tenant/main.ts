import { parseArgs } from 'node:util';
import { startTenant } from './tenant.ts';
import { readUsersFile } from './users-file.ts';

const USAGE = `node sandbox/tenant/main.ts --state DIR --users FILE --client-id ID --client-secret SECRET
  --port N          TLS port on 127.0.0.1 (default: a free one)
  --page-port N     HTTP port of the page for people; 0 for a free one (default: no page)
  --tenant-id ID    the only tenant the token endpoint knows (default: any)
  --control-key KEY opens /control to whoever sends it as x-control-key (default: closed)`;

/** Runs the tenant by itself: one JSON line when it listens, until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      state: { type: 'string' },
      users: { type: 'string' },
      'client-id': { type: 'string' },
      'client-secret': { type: 'string' },
      'page-port': { type: 'string' },
      'tenant-id': { type: 'string' },
      'control-key': { type: 'string' },
    },
  });
  const { state, users, 'client-id': clientId, 'client-secret': clientSecret } = values;
  if (
    state === undefined ||
    users === undefined ||
    clientId === undefined ||
    clientSecret === undefined
  ) {
    process.stderr.write(`${USAGE}\n`);
    process.exitCode = 2;
    return;
  }
  const tenant = await startTenant({
    port: Number(values.port),
    stateDirectory: state,
    users: readUsersFile(users),
    clientId,
    clientSecret,
    ...(values['page-port'] === undefined ? {} : { pagePort: Number(values['page-port']) }),
    tenantId: values['tenant-id'] ?? null,
    ...(values['control-key'] === undefined ? {} : { controlKey: values['control-key'] }),
  });
  const { port, caFile, pageUrl } = tenant;
  process.stdout.write(`${JSON.stringify({ ready: true, port, caFile, pageUrl })}\n`);
  const stop = () => void tenant.close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

await main();
