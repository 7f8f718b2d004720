import assert from 'node:assert/strict';
import type { Message } from '../../src/domain/message.ts';
import { aMessage, anAttachment, contentOf, copiesOf } from './mailbox-room.ts';
import type { Room, ShownCopy } from './mailbox-room.ts';
import { ALICE } from './test-tenant.ts';

export function withAttachments(...sizes: readonly number[]): Message {
  return aMessage({ attachments: sizes.map((size, position) => anAttachment(position, size)) });
}

export function without(message: Message, ...positions: readonly number[]): Message {
  return {
    ...message,
    attachments: message.attachments.filter(({ position }) => !positions.includes(position)),
    omitted: message.attachments.filter(({ position }) => positions.includes(position)),
  };
}

/** One message that is no leftover, with each attachment once and byte for byte. */
export async function assertWhole(room: Room, message: Message): Promise<void> {
  const deleted = await room.ask('GET', `/users/${ALICE.id}/mailFolders/deleteditems`);
  const copies = (await copiesOf(room, message)).filter(
    ({ parentFolderId }) => parentFolderId !== deleted.json.id,
  );
  assert.equal(copies.length, 1);
  const copy = copies[0]!;
  const names = copy.attachments.map(({ name }) => name).toSorted();
  assert.deepEqual(names, message.attachments.map(({ name }) => name).toSorted());
  for (const attachment of message.attachments) {
    const bytes = await attachedTo(room, copy, attachment.name);
    assert.ok(bytes.equals(contentOf(attachment)), attachment.name);
  }
}

/** Bytes of one attachment of Alice's copy. */
export async function attachedTo(room: Room, copy: ShownCopy, name: string): Promise<Buffer> {
  const { id } = copy.attachments.find((one) => one.name === name)!;
  const path = `/users/${ALICE.id}/messages/${encodeURIComponent(copy.id)}/attachments/${encodeURIComponent(id)}/$value`;
  const response = await fetch(`${room.tenant.url}/v1.0${path}`, {
    headers: { authorization: `Bearer ${await room.token()}`, prefer: 'IdType="ImmutableId"' },
  });
  return Buffer.from(await response.arrayBuffer());
}
