import assert from 'node:assert/strict';
import test from 'node:test';
import type { Message } from '@microsoft/microsoft-graph-types';
import { ALICE, firstOf, testTenant } from '../../support/test-tenant.ts';
import type { TestTenant } from '../../support/test-tenant.ts';

const MAILBOX = `/users/${ALICE.id}`;
const GUID = '{6B1E3C52-0000-4000-8000-00000000ABCD}';
const KEY = `String ${GUID} Name ArchiveKey`;
const at = (id: string, rest = '') => `${MAILBOX}/messages/${encodeURIComponent(id)}${rest}`;
const query = (options: Readonly<Record<string, string>>) =>
  Object.entries(options)
    .map(([name, value]) => `$${name}=${encodeURIComponent(value)}`)
    .join('&');

const COPY = {
  internetMessageId: '<key1@o2-archive.example.com>',
  subject: 'SMS: +447700900123 → Bob Example',
  body: { contentType: 'html', content: '<p>Hello <b>Bob</b></p><script>alert(1)</script>' },
  from: { emailAddress: { name: '+44 7700 900123', address: '447700900123@number.invalid' } },
  toRecipients: [{ emailAddress: { name: 'Bob Example', address: 'bob@example.com' } }],
  isRead: true,
  categories: ['O2 SMS'],
  internetMessageHeaders: [{ name: 'x-o2-archive-key', value: 'key1' }],
  singleValueExtendedProperties: [
    { id: 'Integer 0x0E07', value: '1' },
    { id: 'SystemTime 0x0E06', value: '2026-11-21T09:15:42Z' },
    { id: 'SystemTime 0x0039', value: '2026-11-21T09:15:40Z' },
    { id: 'String 0x001A', value: 'IPM.Note.O2' },
    { id: 'String 0x1039', value: '<thread@o2-archive.example.com>' },
    { id: KEY, value: 'key1' },
  ],
} satisfies Message;

async function inFolder({ ask }: TestTenant, message: unknown = COPY) {
  const folders = `${MAILBOX}/mailFolders`;
  const folder = (await ask('POST', folders, { displayName: 'Archive of O2' })).json;
  const path = `${folders}/${encodeURIComponent(folder.id)}/messages`;
  return { folder, path, made: await ask('POST', path, message) };
}

test('takes a message as it is given: not a draft, at its own time, with its Message-ID', async (context) => {
  const peer = await testTenant(context);
  const { folder, made } = await inFolder(peer);
  assert.equal(made.status, 201);
  const message = made.json;
  assert.equal(message.isDraft, false);
  assert.equal(message.isRead, true);
  assert.equal(message.receivedDateTime, '2026-11-21T09:15:42Z');
  assert.equal(message.sentDateTime, '2026-11-21T09:15:40Z');
  assert.equal(message.internetMessageId, COPY.internetMessageId);
  assert.equal(message.parentFolderId, folder.id);
  assert.equal(message.subject, COPY.subject);
  assert.equal(message.from.emailAddress.address, COPY.from.emailAddress.address);
  assert.deepEqual(message.categories, ['O2 SMS']);
  assert.equal(message.bodyPreview, 'Hello Bob');
  const read = (await peer.ask('GET', at(message.id))).json;
  assert.equal(
    read.body.content,
    '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body><p>Hello <b>Bob</b></p></body></html>',
  );
  const headers = await peer.ask('GET', at(message.id, '?$select=internetMessageHeaders'));
  assert.deepEqual(headers.json.internetMessageHeaders, COPY.internetMessageHeaders);
});

test('without the message flags it is a draft of now, whatever the body says', async (context) => {
  const { ask } = await testTenant(context);
  const startedAt = Date.now() - 1000;
  const past = '2020-01-01T00:00:00Z';
  const made = await ask('POST', `${MAILBOX}/messages`, {
    ...COPY,
    isDraft: false,
    receivedDateTime: past,
    sentDateTime: past,
    singleValueExtendedProperties: [],
  });
  assert.equal(made.json.isDraft, true);
  assert.ok(Date.parse(made.json.receivedDateTime) >= startedAt);
  assert.ok(Date.parse(made.json.sentDateTime) >= startedAt);
  const unsent = [{ id: 'Integer 0x0E07', value: '9' }];
  const still = { ...COPY, singleValueExtendedProperties: unsent };
  assert.equal((await ask('POST', `${MAILBOX}/messages`, still)).json.isDraft, true);
});

test('prints property ids in their canonical form', async (context) => {
  const peer = await testTenant(context);
  const { made } = await inFolder(peer);
  const filter = `id eq 'Integer 0x0E07' or id eq 'String 0x001A' or id eq 'SystemTime 0x00000E06' or id eq '${KEY}'`;
  const expand = `singleValueExtendedProperties($filter=${filter})`;
  const read = await peer.ask('GET', at(made.json.id, `?${query({ expand, select: 'id' })}`));
  assert.deepEqual(read.json.singleValueExtendedProperties, [
    { id: 'Integer 0xe07', value: '1' },
    { id: 'SystemTime 0xe06', value: '2026-11-21T09:15:42Z' },
    { id: 'String 0x1a', value: 'IPM.Note.O2' },
    { id: `String ${GUID.toLowerCase()} Name ArchiveKey`, value: 'key1' },
  ]);
});

test('keeps several messages with one Message-ID, found over all folders', async (context) => {
  const peer = await testTenant(context);
  const { path } = await inFolder(peer);
  await peer.ask('POST', `${MAILBOX}/mailFolders/inbox/messages`, COPY);
  const filter = `internetMessageId eq '${COPY.internetMessageId}'`;
  const options = query({ filter, select: 'id,parentFolderId', top: '5' });
  const everywhere = await peer.ask('GET', `${MAILBOX}/messages?${options}`);
  assert.equal(everywhere.json.value.length, 2);
  assert.deepEqual(Object.keys(firstOf(everywhere)).sort(), [
    '@odata.etag',
    'id',
    'parentFolderId',
  ]);
  assert.equal((await peer.ask('GET', `${path}?${options}`)).json.value.length, 1);
});

test('finds messages by property: the name with its letter case, the value without', async (context) => {
  const peer = await testTenant(context);
  await inFolder(peer);
  const find = async (id: string, value: string, more = '') => {
    const filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${id}' and ep/value eq '${value}'${more})`;
    const answer = await peer.ask('GET', `${MAILBOX}/messages?${query({ filter, select: 'id' })}`);
    return answer.json.value.length;
  };
  assert.equal(await find(KEY, 'key1'), 1);
  assert.equal(await find(KEY.toLowerCase().replace('archivekey', 'ArchiveKey'), 'KEY1'), 1);
  assert.equal(await find(KEY.replace('ArchiveKey', 'archivekey'), 'key1'), 0);
  assert.equal(await find(KEY, 'key2'), 0);
  assert.equal(
    await find(KEY, 'key1', ` or ep/id eq 'String 0x1a'`),
    0,
    'two properties in one filter find nothing',
  );
});

test('lists by time, category and page, newest first', async (context) => {
  const { ask } = await testTenant(context);
  for (const hour of ['08', '10', '09']) {
    const singleValueExtendedProperties = [
      { id: 'Integer 0x0E07', value: '1' },
      { id: 'SystemTime 0x0E06', value: `2026-11-21T${hour}:00:00Z` },
    ];
    const categories = hour === '08' ? ['O2 call'] : ['O2 SMS'];
    await ask('POST', `${MAILBOX}/messages`, { categories, singleValueExtendedProperties });
  }
  const hours = async (options: Readonly<Record<string, string>>) => {
    const answer = await ask('GET', `${MAILBOX}/messages?${query(options)}`);
    return answer.json.value.map((one) => one.receivedDateTime.slice(11, 13));
  };
  assert.deepEqual(await hours({}), ['10', '09', '08']);
  assert.deepEqual(await hours({ orderby: 'receivedDateTime asc' }), ['08', '09', '10']);
  const window =
    'receivedDateTime ge 2026-11-21T09:00:00Z and receivedDateTime lt 2026-11-21T10:00:00Z';
  assert.deepEqual(await hours({ filter: window }), ['09']);
  assert.deepEqual(await hours({ filter: "categories/any(c:c eq 'o2 call')" }), ['08']);
  assert.deepEqual(await hours({ top: '1', skip: '1' }), ['09']);
  const page = (await ask('GET', `${MAILBOX}/messages?$top=2&$count=true`)).json;
  assert.equal(page['@odata.count'], 3);
  assert.equal((await ask('GET', page['@odata.nextLink'] ?? '')).json.value.length, 1);
  assert.equal((await ask('GET', `${MAILBOX}/messages/$count`)).text, '3');
});

test('gives an immutable id to whoever prefers it: it survives a move, the classic one does not', async (context) => {
  const peer = await testTenant(context);
  const { made } = await inFolder(peer);
  const Prefer = 'IdType="ImmutableId"';
  const immutable = (await peer.ask('GET', at(made.json.id), undefined, { Prefer })).json.id;
  assert.notEqual(immutable, made.json.id);
  const moved = await peer.ask('POST', at(made.json.id, '/move'), { destinationId: 'inbox' });
  assert.equal(moved.status, 201);
  assert.equal((await peer.ask('GET', at(made.json.id))).status, 404);
  const again = (await peer.ask('GET', at(immutable), undefined, { Prefer })).json;
  assert.equal(again.id, immutable);
  assert.equal(
    again.parentFolderId,
    (await peer.ask('GET', `${MAILBOX}/mailFolders/inbox`)).json.id,
  );
});

test('a deleted message is listed no longer; one deleted for good is nowhere', async (context) => {
  const peer = await testTenant(context);
  const { path, made } = await inFolder(peer);
  assert.equal((await peer.ask('DELETE', at(made.json.id))).status, 204);
  assert.deepEqual((await peer.ask('GET', path)).json.value, []);
  assert.deepEqual((await peer.ask('GET', `${MAILBOX}/messages`)).json.value, []);
  const beyond = `${MAILBOX}/mailFolders/recoverableitemsdeletions/messages`;
  const recoverable = firstOf(await peer.ask('GET', beyond));
  assert.equal((await peer.ask('POST', at(recoverable.id, '/permanentDelete'))).status, 204);
  assert.deepEqual((await peer.ask('GET', beyond)).json.value, []);
});

test('an update never changes the message flags, and nothing sensitive once that is refused', async (context) => {
  const peer = await testTenant(context);
  const { made } = await inFolder(peer, { ...COPY, singleValueExtendedProperties: [] });
  const flags = { singleValueExtendedProperties: [{ id: 'Integer 0x0E07', value: '1' }] };
  const patched = await peer.ask('PATCH', at(made.json.id), flags);
  assert.equal(patched.status, 200);
  assert.equal(patched.json.isDraft, true);

  const sent = await peer.ask('POST', `${MAILBOX}/messages`, COPY);
  peer.tenant.change({ refusesSensitiveUpdates: true });
  for (const change of [
    flags,
    { subject: 'x' },
    { body: COPY.body },
    { internetMessageId: '<x>' },
  ]) {
    const refused = await peer.ask('PATCH', at(sent.json.id), change);
    assert.equal(refused.status, 403);
    assert.equal(refused.json.error.code, 'ErrorAccessDenied');
  }
  assert.equal((await peer.ask('PATCH', at(sent.json.id), { isRead: false })).json.isRead, false);
  assert.equal((await peer.ask('PATCH', at(made.json.id), { subject: 'y' })).json.subject, 'y');
});

test('refuses a request over 4 MB in the words Graph uses', async (context) => {
  const { ask } = await testTenant(context);
  const body = { contentType: 'text', content: 'x'.repeat(4 * 2 ** 20) };
  const answer = await ask('POST', `${MAILBOX}/messages`, { ...COPY, body });
  assert.equal(answer.status, 400);
  assert.equal(answer.json.error.code, 'BadRequest');
  assert.equal(answer.json.error.message, 'The maximum request length supported is 4MB.');
});

test('refuses headers that are empty, too many or not x-', async (context) => {
  const { ask } = await testTenant(context);
  const header = (name: string) => ({ name, value: 'v' });
  const six = ['x-1', 'x-2', 'x-3', 'x-4', 'x-5', 'x-6'].map(header);
  const long = [{ name: 'x-long', value: 'v'.repeat(996) }];
  for (const internetMessageHeaders of [[], six, [header('In-Reply-To')], long]) {
    const answer = await ask('POST', `${MAILBOX}/messages`, { ...COPY, internetMessageHeaders });
    assert.equal(answer.status, 400);
    assert.equal(answer.json.error.code, 'InvalidInternetMessageHeader');
  }
  const five = { ...COPY, internetMessageHeaders: six.slice(0, 5) };
  assert.equal((await ask('POST', `${MAILBOX}/messages`, five)).status, 201);
});

test('refuses bodies of the wrong shape and MIME in a folder', async (context) => {
  const { ask } = await testTenant(context);
  const path = `${MAILBOX}/messages`;
  const code = async (body: unknown) => (await ask('POST', path, body)).json.error.code;
  assert.equal(await code({ subject: 7 }), 'RequestBodyRead');
  assert.equal(await code({ toRecipients: ['bob'] }), 'RequestBodyRead');
  assert.equal(
    await code({ singleValueExtendedProperties: [{ id: '0x0E07', value: '1' }] }),
    'ErrorInvalidExtendedProperty',
  );
  assert.equal(
    await code({ singleValueExtendedProperties: [{ id: 'SystemTime 0x0E06', value: 'noon' }] }),
    'ErrorInvalidExtendedPropertyValue',
  );
  const mime = await ask('POST', `${MAILBOX}/mailFolders/inbox/messages`, 'VGVzdA==', {
    'content-type': 'text/plain',
  });
  assert.equal(mime.json.error.code, 'UnableToDeserializePostBody');
});

test('all that was answered is there after a restart', async (context) => {
  const first = await testTenant(context);
  const { path, made } = await inFolder(first);
  const again = await testTenant(context, { stateDirectory: first.stateDirectory });
  const listed = firstOf(await again.ask('GET', path));
  assert.equal(listed.id, made.json.id);
  assert.match(listed.body.content, /Hello <b>Bob/);
});

test('puts messages into one conversation by the GUID of their index, else by their topic', async (context) => {
  const { ask } = await testTenant(context);
  const conversationOf = async (...properties: { id: string; value: string }[]) => {
    const body = { ...COPY, singleValueExtendedProperties: properties };
    return (await ask('POST', `${MAILBOX}/messages`, body)).json.conversationId;
  };
  const topic = (value: string) => ({ id: 'String 0x0070', value });
  const index = (time: string, guid: string) => ({
    id: 'Binary 0x0071',
    value: Buffer.from(`01${time.repeat(5)}${guid.repeat(16)}`, 'hex').toString('base64'),
  });
  const tracked = { id: 'Boolean 0x3016', value: 'true' };

  const first = await conversationOf(topic('a'), index('aa', '77'), tracked);

  assert.equal(await conversationOf(topic('b'), index('bb', '77'), tracked), first);
  assert.notEqual(await conversationOf(topic('a'), index('aa', '78'), tracked), first);
  const untracked = await conversationOf(topic('a'), index('aa', '77'));
  assert.notEqual(untracked, first);
  assert.equal(await conversationOf(topic('A')), untracked);
  assert.notEqual(await conversationOf(), await conversationOf());
  const body = { ...COPY, singleValueExtendedProperties: [{ ...tracked, value: 'perhaps' }] };
  assert.equal((await ask('POST', `${MAILBOX}/messages`, body)).status, 400);
});

test('finds messages by the words and properties of $search, alone and the latest first', async (context) => {
  const peer = await testTenant(context);
  const { path } = await inFolder(peer);
  await peer.ask('POST', path, {
    ...COPY,
    subject: 'Later: the plan',
    singleValueExtendedProperties: [{ id: 'SystemTime 0x0039', value: '2026-11-22T00:00:00Z' }],
  });
  const find = async (kql: string, rest: Readonly<Record<string, string>> = {}) =>
    peer.ask('GET', `${MAILBOX}/messages?${query({ search: `"${kql}"`, ...rest })}`);
  const subjects = async (kql: string) =>
    (await find(kql)).json.value.map(({ subject }) => subject.slice(0, 5));

  assert.deepEqual(await subjects('hello'), ['Later', 'SMS: ']);
  assert.deepEqual(await subjects('subject:447700900123'), ['SMS: ']);
  assert.deepEqual(await subjects('participants:bob@example.com AND NOT subject:plan'), ['SMS: ']);
  assert.deepEqual(await subjects('from:447700* sent:2026-11-22'), ['Later']);
  assert.deepEqual(await subjects('sent<=11/21/2026 OR subject:\\"the plan\\"'), [
    'Later',
    'SMS: ',
  ]);
  assert.deepEqual(await subjects('sent:2026-11-20..2026-11-21'), ['SMS: ']);
  assert.equal((await find('hello', { orderby: 'subject' })).json.error.code, 'SearchWithOrderBy');
  assert.equal((await find('category:x')).status, 400);
});
