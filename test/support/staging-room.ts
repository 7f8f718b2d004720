import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerClient } from '@azure/storage-blob';
import { startAzurite, type Azurite } from '../../sandbox/azurite.ts';
import { choosePort } from '../../sandbox/free-port.ts';
import { blobService, staging, type Staging } from '../../src/staging/staging.ts';

/** A real Azurite for the tests of one file. */
export interface StagingRoom {
  readonly azurite: Azurite;
  /** Three new containers, and the first two as an onlooker sees them. */
  open(): Promise<OpenStaging>;
  stop(): Promise<void>;
}

export interface OpenStaging {
  readonly staging: Staging;
  readonly name: string;
  readonly content: ContainerClient;
  readonly books: ContainerClient;
}

export async function stagingRoom(): Promise<StagingRoom> {
  const folder = mkdtempSync(join(tmpdir(), 'o2-staging-'));
  const azurite = await startAzurite({
    folder,
    port: await choosePort({ name: 'Azurite', given: null, previous: null }),
    logFile: join(folder, 'azurite.log'),
    environment: process.env,
  });
  const account = { connectionString: azurite.connectionString };
  const service = blobService(account);
  return {
    azurite,
    async open() {
      const name = `c${randomUUID().slice(0, 8)}`;
      const store = staging({ account, container: name });
      for (const container of store.containers) await container.create();
      return {
        staging: store,
        name,
        content: service.getContainerClient(name),
        books: service.getContainerClient(`${name}-books`),
      };
    },
    async stop() {
      await azurite.part.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The paths of everything in a container. */
export async function pathsIn(container: ContainerClient): Promise<string[]> {
  const paths: string[] = [];
  for await (const blob of container.listBlobsFlat()) paths.push(blob.name);
  return paths;
}
