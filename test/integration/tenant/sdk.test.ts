import assert from 'node:assert/strict';
import test from 'node:test';
import { Client, FileUpload, LargeFileUploadTask } from '@microsoft/microsoft-graph-client';
import { ALICE, testTenant } from '../../support/test-tenant.ts';
import type { TestTenant } from '../../support/test-tenant.ts';

const MESSAGES = `/users/${ALICE.id}/messages`;

/** The npm SDK with its default chain, which retries by itself. */
function sdk({ tenant, token }: TestTenant, hosts: readonly string[] = ['127.0.0.1']): Client {
  return Client.init({
    baseUrl: `${tenant.url}/`,
    customHosts: new Set(hosts),
    authProvider: (done) => {
      token().then(
        (accessToken) => done(null, accessToken),
        (error: unknown) => done(error, null),
      );
    },
  });
}

test("the SDK's default chain leaves two copies after one 504 that was done", async (context) => {
  const peer = await testTenant(context);
  const fault = {
    kind: 'messages.create',
    status: 504,
    applied: 'before',
    retryAfter: '0',
  } as const;
  peer.tenant.order(fault);
  await sdk(peer).api(MESSAGES).post({ internetMessageId: '<one@example.com>' });
  const listed = await peer.ask('GET', MESSAGES);
  assert.deepEqual(
    listed.json.value.map(({ internetMessageId }) => internetMessageId),
    ['<one@example.com>', '<one@example.com>'],
  );
});

test("the SDK's upload task works with ranges below 4 MB and fails with its own default", async (context) => {
  const peer = await testTenant(context);
  const message = await peer.ask('POST', MESSAGES, { subject: 'with a recording' });
  const attachments = `${MESSAGES}/${encodeURIComponent(message.json.id)}/attachments`;
  const bytes = Buffer.alloc(6_000_000, 7);
  const upload = async (options: { rangeSize?: number }) => {
    const file = new FileUpload(bytes, 'call.wav', bytes.length);
    const session = await LargeFileUploadTask.createUploadSession(
      sdk(peer),
      `${attachments}/createUploadSession`,
      { AttachmentItem: { attachmentType: 'file', name: file.name, size: file.size } },
    );
    // Uploads go to a host that is not Graph's, where the SDK sends no token.
    await new LargeFileUploadTask(sdk(peer, []), file, session, options).upload();
  };
  // The SDK throws a plain object for what the service refuses.
  const refused: unknown = await upload({}).then(
    () => null,
    (error: unknown) => error,
  );
  assert.notEqual(refused, null);
  await upload({ rangeSize: 3_932_160 });
  const listed = await peer.ask('GET', `${attachments}?$select=name`);
  assert.deepEqual(
    listed.json.value.map(({ name }) => name),
    ['call.wav'],
  );
});
