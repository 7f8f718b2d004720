import { parseArgs } from 'node:util';
import { watchParent } from '../../src/parent-watch.ts';
import { startSite } from './site.ts';

/**
 * `node sandbox/site/main.ts --directory DIR --username NAME --host-key FILE [--port N]`, the password
 * in SITE_PASSWORD. Prints one JSON line when it listens; ends by SIGTERM, or with its parent.
 */
const { values } = parseArgs({
  options: {
    directory: { type: 'string' },
    username: { type: 'string' },
    'host-key': { type: 'string' },
    port: { type: 'string', default: '0' },
  },
});
const { directory, username, 'host-key': hostKeyFile } = values;
const password = process.env['SITE_PASSWORD'];
if (!directory || !username || !hostKeyFile || !password) {
  throw new Error('needed: --directory, --username, --host-key and the variable SITE_PASSWORD');
}

const site = await startSite({
  directory,
  username,
  password,
  hostKeyFile,
  port: Number(values.port),
});
const end = (): void => {
  void site.stop().then(() => process.exit(0));
};
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end);
watchParent(end);
process.stdout.write(
  `${JSON.stringify({ ready: true, port: site.port, fingerprint: site.fingerprint })}\n`,
);
