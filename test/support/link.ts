import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be held up: what a client sends then does not arrive. */
export interface Link {
  /** `127.0.0.1:1234` */
  readonly address: string;
  /** From now on nothing more gets through; connections stay open. */
  hold(): void;
  close(): Promise<void>;
}

/** Opens a way to the server at the address, `127.0.0.1:7233`. */
export async function openLink(address: string): Promise<Link> {
  const [host, port] = address.split(':');
  const sockets = new Set<Socket>();
  let isHeld = false;
  const server = createServer((client) => {
    const upstream = connect(Number(port), host);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.once('error', () => socket.destroy());
      socket.once('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    upstream.pipe(client);
    client.on('data', (bytes) => {
      if (!isHeld) upstream.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    hold() {
      isHeld = true;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
