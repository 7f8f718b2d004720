import type { ConfigProblem } from './config-error.ts';
import type { Tree } from './tree.ts';
import { isTree, treeAt } from './tree.ts';
import type { SecretSource } from './secrets.ts';
import { secretFromEnv, secretFromFile } from './secrets.ts';

export type Fault = Pick<ConfigProblem, 'message' | 'example'> & {
  readonly path: readonly PropertyKey[];
};

/**
 * Finds what is wrong between keys: which of several must be there, secrets that cannot be had, ids
 * and containers used twice. Works on the raw file, so that these faults are reported together with
 * wrong types and unknown keys.
 */
export function crossCheck(file: unknown, secrets: SecretSource): Fault[] {
  const connectors = isTree(file) ? file['connectors'] : undefined;
  if (!Array.isArray(connectors)) return [];
  const faults = connectors.flatMap((connector: unknown, position) =>
    isTree(connector)
      ? connectorFaults(connector, secrets).map((fault) => ({
          ...fault,
          path: ['connectors', position, ...fault.path],
        }))
      : [],
  );
  return [...faults, ...sharedNames(connectors)];
}

function connectorFaults(connector: Tree, secrets: SecretSource): Fault[] {
  const source = treeAt(connector, 'source');
  const faults: Fault[] = [...secretFaults(connector, secrets, [])];
  if (source !== null) {
    faults.push(...sourceFaults(source));
  }
  const staging = treeAt(connector, 'staging');
  if (staging !== null) faults.push(...accountFaults(staging, ['staging']));
  const tenant = treeAt(connector, 'tenant');
  if (tenant !== null) faults.push(...tenantFaults(tenant));
  return faults;
}

function sourceFaults(source: Tree): Fault[] {
  const example = 'directory: { path: /srv/telemessage }';
  const faults = exactlyOne(source, ['source'], ['sftp', 'directory', 'azureBlob'], example);
  const sftp = treeAt(source, 'sftp');
  if (sftp !== null) {
    const path = ['source', 'sftp'];
    const logins = ['passwordEnv', 'passwordFile', 'privateKeyFile'];
    if (!logins.some((key) => key in sftp)) {
      const message = `needs a password or a key: one of ${logins.join(', ')}`;
      faults.push({ path, message, example: 'passwordFile: /run/secrets/telemessage' });
    }
    faults.push(...atMostOne(sftp, path, ['passwordEnv', 'passwordFile']));
    const passphrases = ['privateKeyPassphraseEnv', 'privateKeyPassphraseFile'];
    faults.push(...atMostOne(sftp, path, passphrases));
    if (passphrases.some((key) => key in sftp) && !('privateKeyFile' in sftp)) {
      const message = 'is missing: a passphrase belongs to a private key';
      const example = 'privateKeyFile: /run/secrets/sftp-key';
      faults.push({ path: [...path, 'privateKeyFile'], message, example });
    }
  }
  const azureBlob = treeAt(source, 'azureBlob');
  if (azureBlob !== null) faults.push(...accountFaults(azureBlob, ['source', 'azureBlob']));
  return faults;
}

function accountFaults(tree: Tree, path: string[]): Fault[] {
  const keys = ['account', 'connectionStringEnv', 'connectionStringFile'];
  return exactlyOne(tree, path, keys, 'account: https://acme.blob.core.windows.net');
}

function tenantFaults(tenant: Tree): Fault[] {
  const path = ['tenant'];
  const byApp = ['clientSecretEnv', 'clientSecretFile', 'certificateFile'];
  const credentials = [...byApp, 'managedIdentity', 'workloadIdentity'];
  const faults = exactlyOne(tenant, path, credentials, 'clientSecretEnv: O2_GRAPH_SECRET');
  if (byApp.some((key) => key in tenant) && !('clientId' in tenant)) {
    const message = 'is missing: a client secret and a certificate belong to an application';
    const example = 'clientId: 11111111-2222-3333-4444-555555555555';
    faults.push({ path: [...path, 'clientId'], message, example });
  }
  return faults;
}

function exactlyOne(tree: Tree, path: string[], keys: string[], example: string): Fault[] {
  if (keys.some((key) => key in tree)) return atMostOne(tree, path, keys);
  return [{ path, message: `needs one of ${keys.join(', ')}`, example }];
}

function atMostOne(tree: Tree, path: string[], keys: string[]): Fault[] {
  const given = keys.filter((key) => key in tree);
  if (given.length < 2) return [];
  return [{ path, message: `has ${given.join(' and ')}: keep one of them`, example: null }];
}

/** Every `…Env` and every file of a secret in the connector, at whatever depth. */
function secretFaults(tree: Tree, secrets: SecretSource, path: string[]): Fault[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    if (isTree(value)) return secretFaults(value, secrets, [...path, key]);
    if (typeof value !== 'string') return [];
    const reading = key.endsWith('Env')
      ? secretFromEnv(value, secrets)
      : key.endsWith('File')
        ? secretFromFile(value, secrets)
        : null;
    const problem = reading?.problem ?? null;
    return problem === null ? [] : [{ path: [...path, key], ...problem }];
  });
}

function sharedNames(connectors: readonly unknown[]): Fault[] {
  const faults: Fault[] = [];
  const ids = new Map<string, number>();
  const containers = new Map<string, number>();
  connectors.forEach((connector, position) => {
    if (!isTree(connector)) return;
    const id = connector['id'];
    if (typeof id === 'string') {
      const path = ['connectors', position, 'id'];
      const first = ids.get(id);
      if (first === undefined) ids.set(id, position);
      else
        faults.push({
          path,
          message: `is also that of connectors[${String(first)}]`,
          example: 'id: o2-second',
        });
    }
    const first = containersOf(connector)
      .map((name) => containers.get(name))
      .find((known) => known !== undefined);
    if (first !== undefined) {
      const path = ['connectors', position, 'staging', 'container'];
      const message = `shares a container with connectors[${String(first)}]: each needs three of its own`;
      faults.push({ path, message, example: 'container: o2-archive-second' });
    }
    for (const name of containersOf(connector)) containers.set(name, position);
  });
  return faults;
}

/** The three containers of a connector, each with its account in whatever form it is given. */
function containersOf(connector: Tree): string[] {
  const staging = treeAt(connector, 'staging');
  const container = staging?.['container'];
  if (staging === null || typeof container !== 'string') return [];
  const { account, connectionStringEnv, connectionStringFile } = staging;
  const store = JSON.stringify([account, connectionStringEnv, connectionStringFile]);
  return ['', '-books', '-state'].map((suffix) => `${store} ${container}${suffix}`);
}
