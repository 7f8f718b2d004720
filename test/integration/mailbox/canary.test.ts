import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunError } from '../../../src/domain/run-error.ts';
import { runCanary } from '../../../src/mailbox/canary.ts';
import type { GraphClient } from '../../../src/mailbox/graph-client.ts';
import type { Room } from '../../support/mailbox-room.ts';
import { mailboxRoom } from '../../support/mailbox-room.ts';
import { ALICE } from '../../support/test-tenant.ts';

for (const itemClass of ['IPM.Note', 'IPM.Note.O2.SMS']) {
  test(`the canary finds the tenant as it should be with class ${itemClass}, and leaves nothing`, async (context) => {
    const room = await mailboxRoom(context);

    const findings = await canary(room, itemClass);

    assert.deepEqual(findings, { takesAttachments: true, isFoundAtOnce: true });
    await assertNothingLeft(room);
  });
}

test('a look-up that lags and attachments that are refused are findings', async (context) => {
  const room = await mailboxRoom(context, { settings: { lookUpLagMs: 60_000 } });
  room.tenant.order({ kind: 'attachments.*', status: 403, code: 'ErrorAccessDenied' });

  const findings = await canary(room, 'IPM.Note');

  assert.deepEqual(findings, { takesAttachments: false, isFoundAtOnce: false });
});

test('a tenant that gives another class back stops the run, and the message is removed', async (context) => {
  const room = await mailboxRoom(context);
  const { client } = room.mailboxes;
  const forgetful: GraphClient = {
    ...client,
    async request(request) {
      const answer = await client.request(request);
      const isReadBack = request.query?.['$expand']?.includes('0x1a') === true;
      if (!isReadBack) return answer;
      const properties = [{ id: 'String 0x1a', value: 'IPM.Post' }];
      return {
        ...answer,
        body: { ...(answer.body as object), singleValueExtendedProperties: properties },
      };
    },
  };

  await assert.rejects(canary(room, 'IPM.Note', forgetful), (error) => {
    return error instanceof RunError && error.code === 'platform-changed';
  });
  await assertNothingLeft(room);
});

for (const [name, fault, code] of [
  [
    'throttled',
    { status: 429, code: 'ApplicationThrottled', retryAfter: '7' },
    'tenant-unavailable',
  ],
  ['not answered', { status: 503, retryAfter: '7' }, 'tenant-unavailable'],
  ['refused for its token', { status: 401, code: 'InvalidAuthenticationToken' }, 'tenant-refused'],
  ['refused as it is', { status: 400, code: 'ErrorInvalidPropertySet' }, 'platform-changed'],
] as const) {
  test(`a canary that is ${name} ends as ${code}`, async (context) => {
    const room = await mailboxRoom(context);
    room.tenant.order({ kind: 'messages.create', times: 2, ...fault });

    await assert.rejects(canary(room, 'IPM.Note'), (error) => {
      assert.ok(error instanceof RunError);
      assert.equal(error.code, code);
      assert.equal(error.retryAfterMs, code === 'tenant-unavailable' ? 7_000 : null);
      return true;
    });
  });
}

for (const state of ['none', 'denied', 'full'] as const) {
  test(`a canary mailbox that is ${state} is a fault of the configuration, named by its key`, async (context) => {
    const room = await mailboxRoom(context);
    room.tenant.setMailbox(ALICE.id, state);

    await assert.rejects(canary(room, 'IPM.Note'), (error) => {
      assert.ok(error instanceof RunError);
      assert.equal(error.code, 'configuration');
      assert.match(error.message, /tenant\.canaryMailbox/);
      assert.doesNotMatch(error.message, /alice/i);
      return true;
    });
  });
}

test('a throttled attachment of the canary is no finding', async (context) => {
  const room = await mailboxRoom(context);
  room.tenant.order({ kind: 'attachments.*', status: 429 });

  await assert.rejects(canary(room, 'IPM.Note'), { code: 'tenant-unavailable' });
  await assertNothingLeft(room);
});

function canary(room: Room, itemClass: string, client = room.mailboxes.client) {
  return runCanary({
    client,
    clock: room.clock,
    cloud: 'global',
    createTimeoutMs: 30_000,
    mailbox: ALICE.userPrincipalName,
    itemClass,
    messageIdDomain: 'o2-archive.example.com',
  });
}

async function assertNothingLeft(room: Room): Promise<void> {
  const messages = await room.ask('GET', `/users/${ALICE.id}/messages`);
  const folders = await room.ask('GET', `/users/${ALICE.id}/mailFolders`);
  assert.deepEqual(messages.json.value, []);
  assert.ok(folders.json.value.every(({ displayName }) => !displayName.includes('O2')));
}
