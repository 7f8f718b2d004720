import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import { notifier, type Notice } from '../../../src/notify/notifier.ts';

const NOTICE: Notice = {
  ...{ text: 'ALARM no-delivery', connector: 'o2', alarm: 'no-delivery', state: 'raised' },
  ...{ subject: '2026-11-23', link: 'https://ui.example', at: '2026-11-24T02:00:00Z' },
};
const SECRET = 'token-in-the-address';

describe('the notifier', () => {
  const calls: { method: string; body: string }[] = [];
  let answer = (_: IncomingMessage, response: ServerResponse) => void response.end();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      calls.push({ method: request.method ?? '', body: Buffer.concat(parts).toString() });
      answer(request, response);
    });
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = async () => {
    if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/${SECRET}`;
  };

  it('posts a notice as JSON and calls the monitor', async () => {
    const url = await address();
    const { tell, beat } = notifier({ webhookUrl: url, heartbeatUrl: url });

    await tell?.(NOTICE);
    await beat?.();

    assert.deepEqual(JSON.parse(calls[0]?.body ?? ''), NOTICE);
    assert.equal(calls[1]?.method, 'GET');
  });

  for (const [what, respond] of [
    ['an error', (_, response) => void response.writeHead(500).end(SECRET)],
    ['a redirect', (_, response) => void response.writeHead(302, { location: '/' }).end()],
    ['no answer', () => undefined],
    ['a broken connection', (request) => void request.socket.destroy()],
  ] satisfies [string, typeof answer][]) {
    it(`takes ${what} for a failure, and keeps the address to itself`, async () => {
      const url = await address();
      answer = respond;
      const { tell } = notifier({ webhookUrl: url, heartbeatUrl: null, timeoutMs: 300 });

      await assert.rejects(tell?.(NOTICE) ?? Promise.resolve(), (error: Error) => {
        assert.equal((error as { code?: string }).code, 'notify-unreachable');
        assert.ok(!error.message.includes(SECRET));
        return true;
      });
    });
  }

  it('is silent where nothing is configured', () => {
    assert.deepEqual(notifier({ webhookUrl: null, heartbeatUrl: null }), {
      tell: null,
      beat: null,
    });
  });
});
