import { X509Certificate, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** Renewed when it would end within this time. */
const LEAST_LIFE_MS = 30 * 24 * 3_600_000;
const LIFE_MS = 3 * 365 * 24 * 3_600_000;

export interface ServerCertificate {
  readonly key: string;
  readonly certificate: string;
  /** For NODE_EXTRA_CA_CERTS. */
  readonly caFile: string;
}

/** A CA of the tenant's own and a certificate for 127.0.0.1 and localhost; kept in the state folder. */
export async function serverCertificate(stateDirectory: string): Promise<ServerCertificate> {
  const path = (name: string) => join(stateDirectory, name);
  const caFile = path('ca.pem');
  const [keyFile, certificateFile] = [path('server-key.pem'), path('server.pem')];
  if (isFresh(caFile) && isFresh(certificateFile) && existsSync(keyFile)) {
    const [key, certificate] = [keyFile, certificateFile].map((file) => readFileSync(file, 'utf8'));
    return { key: key ?? '', certificate: certificate ?? '', caFile };
  }
  const common = {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + LIFE_MS),
  } as const;
  // A name of its own: a client that trusts two such CAs finds the right one by it.
  const caName = `O2 Network Archiver sandbox CA ${randomUUID().slice(0, 8)}`;
  const ca = await generate([{ name: 'commonName', value: caName }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...common,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  writeFileSync(keyFile, server.private, { mode: 0o600 });
  writeFileSync(certificateFile, server.cert);
  writeFileSync(caFile, ca.cert);
  return { key: server.private, certificate: server.cert, caFile };
}

function isFresh(file: string): boolean {
  if (!existsSync(file)) return false;
  const { validTo } = new X509Certificate(readFileSync(file));
  return Date.parse(validTo) - Date.now() > LEAST_LIFE_MS;
}
