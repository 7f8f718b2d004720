import { once } from 'node:events';
import { createServer } from 'node:net';

export interface PortWish {
  /** As people know it: `Temporal (--temporal-port)`. */
  readonly name: string;
  /** A port that was asked for, or null for any. */
  readonly given: number | null;
  /** The port of the last start: taken again when it is free, so that saved links stay good. */
  readonly previous: number | null;
}

/** Chooses a loopback port. @throws when the one that was asked for is in use. */
export async function choosePort(wish: PortWish): Promise<number> {
  if (wish.given !== null) {
    if (await isFree(wish.given)) return wish.given;
    throw new Error(
      `Port ${wish.given} for ${wish.name} is in use by another program. Choose another one, or leave the flag out for a free one.`,
    );
  }
  if (wish.previous !== null && (await isFree(wish.previous))) return wish.previous;
  return listenOnce(0);
}

async function isFree(port: number): Promise<boolean> {
  try {
    await listenOnce(port);
    return true;
  } catch {
    return false;
  }
}

async function listenOnce(port: number): Promise<number> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
