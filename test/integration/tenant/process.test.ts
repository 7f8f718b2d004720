import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { ALICE, CLIENT, reply, trust } from '../../support/test-tenant.ts';

const MAIN = new URL('../../../sandbox/tenant/main.ts', import.meta.url).pathname;

async function start(directory: string) {
  const users = join(directory, 'users.json');
  writeFileSync(users, JSON.stringify([ALICE]));
  const child = spawn(
    process.execPath,
    [
      ...[MAIN, '--port', '0', '--state', join(directory, 'state'), '--users', users],
      ...['--client-id', CLIENT.clientId, '--client-secret', CLIENT.clientSecret],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const ready = JSON.parse(line) as { ready: boolean; port: number; caFile: string };
  assert.equal(ready.ready, true);
  trust(ready.caFile);
  return { child, url: `https://127.0.0.1:${ready.port}` };
}

async function bearer(url: string): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: CLIENT.clientId,
    client_secret: CLIENT.clientSecret,
    scope: `${url}/.default`,
  });
  const answer = await fetch(`${url}/t/oauth2/v2.0/token`, { method: 'POST', body: form });
  return `Bearer ${((await answer.json()) as { access_token: string }).access_token}`;
}

test('a killed process loses no message it had answered for', async (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'tenant-process-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const first = await start(directory);
  const authorization = await bearer(first.url);
  const headers = { authorization, 'content-type': 'application/json' };
  const path = `/v1.0/users/${ALICE.id}/messages`;
  const acknowledged: string[] = [];
  const exited = once(first.child, 'exit');
  const writer = async (lane: number) => {
    for (let number = 0; ; number += 1) {
      const internetMessageId = `<${lane}.${number}@example.com>`;
      const body = JSON.stringify({ internetMessageId, body: { content: 'x'.repeat(5_000) } });
      const answer = await fetch(first.url + path, { method: 'POST', headers, body });
      if (answer.status === 201) acknowledged.push(internetMessageId);
      await answer.text();
      if (acknowledged.length === 40) first.child.kill('SIGKILL');
    }
  };
  await Promise.allSettled([1, 2, 3].map(writer));
  await exited;

  const second = await start(directory);
  context.after(() => second.child.kill('SIGTERM'));
  const listed = await reply(
    await fetch(`${second.url}${path}?$top=1000`, { headers: { authorization } }),
  );
  const kept = new Set(listed.json.value.map(({ internetMessageId }) => internetMessageId));
  assert.ok(acknowledged.length >= 40);
  assert.deepEqual(
    acknowledged.filter((id) => !kept.has(id)),
    [],
  );
});

const COMPLETE = ['--state', 'x', '--users', 'y', '--client-id', 'z', '--client-secret', 's'];

for (const [what, flags] of [
  ['that lacks a flag', COMPLETE.slice(2)],
  ['with a flag it does not have', [...COMPLETE, '--shoe-size', '42']],
] as const) {
  test(`a start ${what} is answered with how it is done`, async () => {
    const child = spawn(process.execPath, [MAIN, ...flags], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [text] = (await once(child.stderr, 'data')) as [Buffer];
    assert.match(text.toString(), /--client-secret/);
    const [code] = (await once(child, 'exit')) as [number];
    assert.equal(code, 2);
  });
}
