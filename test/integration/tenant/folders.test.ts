import assert from 'node:assert/strict';
import test from 'node:test';
import { ALICE, testTenant } from '../../support/test-tenant.ts';

const NAME = 'O2 SMS and Voice Network Archiver';
const TOP = `/users/${ALICE.id}/mailFolders`;
const at = (id: string, rest = '') => `${TOP}/${encodeURIComponent(id)}${rest}`;

test('creates a folder once: the name is taken after that, letter case apart', async (context) => {
  const { ask } = await testTenant(context);
  const made = await ask('POST', TOP, { displayName: NAME });
  assert.equal(made.status, 201);
  const folder = made.json;
  assert.equal(folder.displayName, NAME);
  assert.equal(folder.totalItemCount, 0);
  const root = (await ask('GET', `${TOP}/msgfolderroot`)).json;
  assert.equal(folder.parentFolderId, root.id);
  const again = await ask('POST', TOP, { displayName: NAME.toUpperCase() });
  assert.equal(again.status, 409);
  assert.equal(again.json.error.code, 'ErrorFolderExists');
});

test('finds a folder at the top by its name, and only there', async (context) => {
  const { ask } = await testTenant(context);
  const parent = (await ask('POST', TOP, { displayName: "Parent's" })).json;
  await ask('POST', at(parent.id, '/childFolders'), { displayName: NAME });
  const find = (name: string) =>
    ask('GET', `${TOP}?$filter=${encodeURIComponent(`displayName eq '${name}'`)}&$select=id`);
  assert.deepEqual((await find(NAME)).json.value, []);
  assert.deepEqual((await find("Parent''s")).json.value, [{ id: parent.id }]);
  const children = await ask('GET', at(parent.id, '/childFolders'));
  assert.deepEqual(
    children.json.value.map(({ displayName }) => displayName),
    [NAME],
  );
});

test('shows ten folders a page unless asked for more', async (context) => {
  const { ask } = await testTenant(context);
  for (const letter of 'abcdef') await ask('POST', TOP, { displayName: letter });
  const first = (await ask('GET', TOP)).json;
  assert.equal(first.value.length, 10);
  const second = (await ask('GET', first['@odata.nextLink'] ?? '')).json;
  assert.equal(second.value.length, 3);
  assert.equal('@odata.nextLink' in second, false);
});

test('a deleted folder keeps its id below Deleted Items and still takes messages', async (context) => {
  const { ask } = await testTenant(context);
  const folder = (await ask('POST', TOP, { displayName: NAME })).json;
  assert.equal((await ask('DELETE', at(folder.id))).status, 204);
  const bin = (await ask('GET', `${TOP}/deleteditems`)).json;
  assert.equal((await ask('GET', at(folder.id))).json.parentFolderId, bin.id);
  assert.equal((await ask('POST', at(folder.id, '/messages'), { subject: 'x' })).status, 201);
  assert.equal((await ask('POST', TOP, { displayName: NAME })).status, 201);

  assert.equal((await ask('DELETE', at(folder.id))).status, 204);
  const gone = await ask('POST', at(folder.id, '/messages'), { subject: 'x' });
  assert.equal(gone.status, 404);
  assert.equal(gone.json.error.code, 'ErrorItemNotFound');
});

test('a renamed folder keeps its id; the folders every mailbox has cannot be changed', async (context) => {
  const { ask } = await testTenant(context);
  const folder = (await ask('POST', TOP, { displayName: NAME })).json;
  const renamed = await ask('PATCH', at(folder.id), { displayName: 'Else' });
  assert.equal(renamed.json.id, folder.id);
  assert.equal(renamed.json.displayName, 'Else');
  assert.equal((await ask('DELETE', `${TOP}/inbox`)).status, 400);
});

test('an id that was not percent-encoded, or changed its letter case, gets 400', async (context) => {
  const { ask } = await testTenant(context);
  const { id } = (await ask('POST', TOP, { displayName: NAME })).json as { id: string };
  assert.match(id, /[/]/);
  assert.match(id, /[+]/);
  assert.match(id, /=$/);
  assert.equal((await ask('GET', `${TOP}/${id}`)).status, 400);
  const folded = await ask('GET', at(id.toLowerCase()));
  assert.equal(folded.json.error.code, 'ErrorInvalidIdMalformed');
});

test('a mailbox that is full, moving or out of reach says so', async (context) => {
  const { ask, tenant } = await testTenant(context);
  const expectations = [
    ['full', 403, 'ErrorQuotaExceeded'],
    ['moving', 503, 'ErrorMailboxMoveInProgress'],
    ['denied', 403, 'ErrorAccessDenied'],
    ['none', 404, 'MailboxNotEnabledForRESTAPI'],
  ] as const;
  for (const [state, status, code] of expectations) {
    tenant.setMailbox(ALICE.id, state);
    const answer = await ask('POST', TOP, { displayName: NAME });
    assert.equal(answer.status, status);
    assert.equal(answer.json.error.code, code);
  }
  tenant.setMailbox(ALICE.id, 'folder-full');
  const crowded = await ask('POST', `${TOP}/inbox/messages`, { subject: 'x' });
  assert.equal(crowded.status, 500);
  assert.equal(crowded.json.error.innerError.code, 'ErrorQuotaExceeded');
  tenant.setMailbox(ALICE.id, 'full');
  assert.equal((await ask('GET', TOP)).status, 200, 'a full mailbox can still be read');
});
