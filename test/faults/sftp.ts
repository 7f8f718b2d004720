import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { startSite, type RunningSite } from '../../sandbox/site/site.ts';
import type { Stage } from './cell.ts';

const LOGIN = { username: 'acme', password: 'a-password-of-the-site' };
const FOLDER = 'outgoing';

interface SftpStage {
  readonly site: RunningSite;
  /** Pins another host key, for the next worker that starts. */
  readonly pin: (fingerprint: string) => void;
}

interface Configured {
  readonly connectors: readonly [{ source: object }];
}

/**
 * Serves the stage's packages over SFTP while `play` lasts, to workers that start in it. Afterwards
 * there is no worker: whoever looks next reads the folder itself.
 */
export async function overSftp(
  stage: Stage,
  play: (sftp: SftpStage) => Promise<void>,
): Promise<void> {
  const { office, truth } = stage;
  const file = office.env['O2_ARCHIVER_CONFIG'] ?? '';
  const plain = readFileSync(file, 'utf8');
  const root = join(dirname(office.siteFolder), 'sftp-root');
  mkdirSync(root);
  symlinkSync(office.siteFolder, join(root, FOLDER));
  const hostKeyFile = join(dirname(root), 'site-host-key');
  const site = await startSite({ ...LOGIN, directory: root, hostKeyFile, port: 0 });
  truth.keepSecret(LOGIN.password);
  office.env['O2_SITE_PASSWORD'] = LOGIN.password;
  const pin = (hostKey: string): void => {
    const { username } = LOGIN;
    const where = { host: '127.0.0.1', port: site.port, path: `/${FOLDER}`, hostKey };
    const sftp = { ...where, username, passwordEnv: 'O2_SITE_PASSWORD' };
    const config = parse(plain) as Configured;
    config.connectors[0].source = { sftp, quietSeconds: 5 };
    writeFileSync(file, stringify(config));
  };
  pin(site.fingerprint);
  try {
    await play({ site, pin });
  } finally {
    for (const worker of stage.workers()) await worker.stop();
    writeFileSync(file, plain);
    await site.stop();
  }
}
