import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { generate } from 'selfsigned';
import { trust } from './test-tenant.ts';

export interface SeenRequest {
  readonly method: string;
  /** As it came, percent-encoded. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface PlainAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The connection ends without an answer. */
  readonly isReset?: boolean;
}

/** A loopback HTTPS server that answers as it is told; what it was asked is in `seen`. */
export async function graphServer(
  context: Pick<TestContext, 'after'>,
  answer: (request: SeenRequest) => PlainAnswer | Promise<PlainAnswer>,
): Promise<{ readonly url: string; readonly seen: SeenRequest[] }> {
  const pem = await generate([{ name: 'commonName', value: `graph-server ${randomUUID()}` }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  const folder = mkdtempSync(join(tmpdir(), 'graph-server-'));
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, pem.cert);
  trust(caFile);
  const seen: SeenRequest[] = [];
  const server = createServer({ key: pem.private, cert: pem.cert }, (request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method = '', url = '', headers } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString() };
      seen.push(one);
      const { status = 200, headers: sent = {}, body = '', isReset } = await answer(one);
      if (isReset === true) request.socket.destroy();
      else response.writeHead(status, { 'content-type': 'application/json', ...sent }).end(body);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    rmSync(folder, { recursive: true });
    server.closeAllConnections();
    server.close();
  });
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}
