import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import type { FileAttachment } from '@microsoft/microsoft-graph-types';
import { ALICE, firstOf, reply, testTenant } from '../../support/test-tenant.ts';
import type { TestTenant } from '../../support/test-tenant.ts';

const MAILBOX = `/users/${ALICE.id}`;
const RANGE_BYTES = 3_932_160;
const at = (id: string, rest = '') => `${MAILBOX}/messages/${encodeURIComponent(id)}${rest}`;
const file = (name: string, bytes: Buffer) =>
  ({
    '@odata.type': '#microsoft.graph.fileAttachment',
    name,
    contentType: 'image/jpeg',
    contentBytes: bytes.toString('base64'),
  }) satisfies FileAttachment & { '@odata.type': string };

const NOT_A_DRAFT = {
  subject: 'MMS',
  singleValueExtendedProperties: [{ id: 'Integer 0x0E07', value: '1' }],
};

async function message({ ask }: TestTenant, attachments: unknown[] = []): Promise<string> {
  const made = await ask('POST', `${MAILBOX}/messages`, { ...NOT_A_DRAFT, attachments });
  assert.equal(made.status, 201, made.text);
  return made.json.id;
}

async function openSession(peer: TestTenant, id: string, size: number, name = 'call.wav') {
  const AttachmentItem = { attachmentType: 'file', name, size, contentType: 'audio/wav' };
  return peer.ask('POST', at(id, '/attachments/createUploadSession'), { AttachmentItem });
}

async function put(url: string, bytes: Buffer, start: number, total: number, headers = {}) {
  const range = `bytes ${start}-${start + bytes.length - 1}/${total}`;
  return reply(
    await fetch(url, {
      method: 'PUT',
      body: new Uint8Array(bytes),
      headers: { 'content-type': 'application/octet-stream', 'content-range': range, ...headers },
    }),
  );
}

test('takes attachments with the message and gives the same bytes back', async (context) => {
  const peer = await testTenant(context);
  const bytes = randomBytes(100_001);
  const id = await message(peer, [file('photo.jpg', bytes), file('empty.txt', Buffer.alloc(0))]);
  assert.equal((await peer.ask('GET', at(id))).json.hasAttachments, true);
  const listed = (await peer.ask('GET', at(id, '/attachments'))).json.value;
  assert.deepEqual(
    listed.map(({ name }) => name),
    ['photo.jpg', 'empty.txt'],
  );
  assert.ok((listed[0]?.size ?? 0) > bytes.length, 'the size counts the whole object');
  assert.ok(Buffer.from(listed[0]?.contentBytes ?? '', 'base64').equals(bytes));
  assert.equal(listed[1]?.contentBytes, '');

  const path = at(id, `/attachments/${encodeURIComponent(listed[0]?.id ?? '')}`);
  const one = (await peer.ask('GET', path)).json;
  assert.equal(one['@odata.type'], '#microsoft.graph.fileAttachment');
  const authorization = `Bearer ${await peer.token()}`;
  const raw = await fetch(`${peer.tenant.url}/v1.0${path}/$value`, { headers: { authorization } });
  assert.equal(raw.headers.get('content-type'), 'image/jpeg');
  assert.ok(Buffer.from(await raw.arrayBuffer()).equals(bytes));
});

test('shows attachments expanded in a list, or only their names', async (context) => {
  const peer = await testTenant(context);
  await message(peer, [file('photo.jpg', Buffer.from('bytes'))]);
  const whole = await peer.ask('GET', `${MAILBOX}/messages?$expand=attachments&$select=id,subject`);
  assert.equal(firstOf(whole).attachments[0]?.contentBytes, 'Ynl0ZXM=');
  const names = await peer.ask(
    'GET',
    `${MAILBOX}/messages?$expand=attachments($select=id,name,size)`,
  );
  assert.equal('contentBytes' in (firstOf(names).attachments[0] ?? {}), false);
  assert.equal(firstOf(names).attachments[0]?.name, 'photo.jpg');
});

test('adds an attachment to a message that is no draft', async (context) => {
  const peer = await testTenant(context);
  const id = await message(peer);
  const added = await peer.ask(
    'POST',
    at(id, '/attachments'),
    file('a.jpg', randomBytes(2_999_999)),
  );
  assert.equal(added.status, 201);
  const listed = await peer.ask('GET', at(id, '/attachments?$select=id,name,size'));
  assert.deepEqual(
    listed.json.value.map(({ name }) => name),
    ['a.jpg'],
  );
});

test('refuses three million bytes by POST, bad base64, and what is no file', async (context) => {
  const peer = await testTenant(context);
  const id = await message(peer);
  const post = async (body: unknown) => peer.ask('POST', at(id, '/attachments'), body);
  const big = await post(file('a.jpg', Buffer.alloc(3_000_000)));
  assert.equal(big.status, 413);
  assert.equal(big.json.error.code, 'ErrorAttachmentSizeLimitExceeded');
  const inMessage = { ...NOT_A_DRAFT, attachments: [file('a.jpg', Buffer.alloc(3_000_000))] };
  assert.equal((await peer.ask('POST', `${MAILBOX}/messages`, inMessage)).status, 413);
  const bad = await post({ ...file('a.jpg', Buffer.alloc(3)), contentBytes: 'not base64!' });
  assert.equal(bad.json.error.code, 'RequestBodyRead');
  assert.equal((await post({ name: 'a.jpg', contentBytes: '' })).status, 400);
  const unnamed = await post({ ...file('a.jpg', Buffer.alloc(3)), name: '' });
  assert.equal(unnamed.json.error.code, 'ErrorRequiredPropertyMissing');
});

test('takes a large attachment range by range', async (context) => {
  const peer = await testTenant(context);
  const id = await message(peer);
  const bytes = randomBytes(RANGE_BYTES + 1_000);
  const session = await openSession(peer, id, bytes.length);
  assert.equal(session.status, 201);
  assert.deepEqual(session.json.nextExpectedRanges, ['0-']);
  const { uploadUrl } = session.json as { uploadUrl: string };
  const first = await put(uploadUrl, bytes.subarray(0, RANGE_BYTES), 0, bytes.length);
  assert.equal(first.status, 200);
  assert.deepEqual(first.json.NextExpectedRanges, [String(RANGE_BYTES)]);
  assert.deepEqual((await reply(await fetch(uploadUrl))).json.NextExpectedRanges, [
    String(RANGE_BYTES),
  ]);
  const last = await put(uploadUrl, bytes.subarray(RANGE_BYTES), RANGE_BYTES, bytes.length);
  assert.equal(last.status, 201);
  assert.equal(last.text, '');
  const attachmentId = decodeURIComponent(
    /Attachments\('([^']+)'\)$/.exec(last.headers.get('location') ?? '')?.[1] ?? '',
  );
  const read = await peer.ask('GET', at(id, `/attachments/${encodeURIComponent(attachmentId)}`));
  assert.equal(read.json.name, 'call.wav');
  assert.ok(Buffer.from(read.json.contentBytes, 'base64').equals(bytes));
  assert.equal((await put(uploadUrl, bytes.subarray(0, 10), 0, bytes.length)).status, 404);
});

test('refuses ranges out of order, over 4 MB, or with a token', async (context) => {
  const peer = await testTenant(context);
  const id = await message(peer);
  const total = 9_000_000;
  const { uploadUrl } = (await openSession(peer, id, total)).json as { uploadUrl: string };
  assert.equal((await put(uploadUrl, Buffer.alloc(100), 100, total)).status, 416);
  assert.equal((await put(uploadUrl, Buffer.alloc(100), 0, total + 1)).status, 400);
  assert.equal((await put(uploadUrl, Buffer.alloc(5 * 2 ** 20), 0, total)).status, 413);
  const authorization = `Bearer ${await peer.token()}`;
  assert.equal((await put(uploadUrl, Buffer.alloc(9), 0, total, { authorization })).status, 401);
  assert.equal((await put(uploadUrl.slice(0, -3), Buffer.alloc(9), 0, total)).status, 401);
  assert.equal((await put(uploadUrl, Buffer.alloc(100), 0, total)).status, 200, 'still good');
});

test('a session ends by DELETE and by its expiry', async (context) => {
  const peer = await testTenant(context);
  const id = await message(peer);
  const first = (await openSession(peer, id, 3_000_000)).json as { uploadUrl: string };
  assert.equal((await fetch(first.uploadUrl, { method: 'DELETE' })).status, 204);
  assert.equal((await put(first.uploadUrl, Buffer.alloc(9), 0, 3_000_000)).status, 404);
  peer.tenant.change({ uploadSessionLifetimeMs: 0 });
  const second = (await openSession(peer, id, 3_000_000)).json as { uploadUrl: string };
  assert.equal((await put(second.uploadUrl, Buffer.alloc(9), 0, 3_000_000)).status, 404);
});

test('opens sessions from 3,000,000 to 150,000,000 bytes, for files only', async (context) => {
  const peer = await testTenant(context, { settings: { maxMessageBytes: 200_000_000 } });
  const id = await message(peer);
  assert.equal((await openSession(peer, id, 3_000_000)).status, 201);
  assert.equal((await openSession(peer, id, 150_000_000)).status, 201);
  assert.equal(
    (await openSession(peer, id, 2_999_999)).json.error.code,
    'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize',
  );
  assert.equal(
    (await openSession(peer, id, 150_000_001)).json.error.code,
    'ErrorAttachmentSizeLimitExceeded',
  );
  const AttachmentItem = { attachmentType: 'item', name: 'x', size: 3_000_000 };
  const item = await peer.ask('POST', at(id, '/attachments/createUploadSession'), {
    AttachmentItem,
  });
  assert.equal(item.status, 405);
});

test("a mailbox's limit shows when the session is opened, the message standing already", async (context) => {
  const peer = await testTenant(context);
  const id = await message(peer);
  const refused = await openSession(peer, id, 36_000_000);
  assert.equal(refused.status, 413);
  assert.equal(refused.json.error.code, 'ErrorMessageSizeExceeded');
  peer.tenant.setMaxMessageBytes(ALICE.id, 40_000_000);
  assert.equal((await openSession(peer, id, 36_000_000)).status, 201);
  peer.tenant.setMaxMessageBytes(ALICE.id, 1_000);
  const inMessage = { ...NOT_A_DRAFT, attachments: [file('a.jpg', Buffer.alloc(1_000))] };
  const made = await peer.ask('POST', `${MAILBOX}/messages`, inMessage);
  assert.equal(made.status, 201, 'exactly the limit');
  const over = { ...NOT_A_DRAFT, attachments: [file('a.jpg', Buffer.alloc(1_001))] };
  assert.equal((await peer.ask('POST', `${MAILBOX}/messages`, over)).status, 413);
});

test('a message just created answers 404 to attachments for as long as it lags', async (context) => {
  const peer = await testTenant(context, { settings: { attachmentLagMs: 60_000 } });
  const id = await message(peer);
  const early = await peer.ask('POST', at(id, '/attachments'), file('a.jpg', Buffer.from('a')));
  assert.equal(early.status, 404);
  assert.equal(early.json.error.code, 'ErrorItemNotFound');
  peer.tenant.change({ attachmentLagMs: 0 });
  const later = await peer.ask('POST', at(id, '/attachments'), file('a.jpg', Buffer.from('a')));
  assert.equal(later.status, 201);
});

test('uploaded bytes are there after a restart', async (context) => {
  const first = await testTenant(context);
  const id = await message(first);
  const bytes = randomBytes(3_000_000);
  const { uploadUrl } = (await openSession(first, id, bytes.length)).json as { uploadUrl: string };
  assert.equal((await put(uploadUrl, bytes, 0, bytes.length)).status, 201);
  const again = await testTenant(context, { stateDirectory: first.stateDirectory });
  const listed = await again.ask('GET', at(id, '/attachments'));
  assert.ok(Buffer.from(firstOf(listed).contentBytes, 'base64').equals(bytes));
});
