import { createHash } from 'node:crypto';
import type { Message } from '../domain/message.ts';
import type { StoredMessage } from '../staging/messages.ts';
import type { ProvenEntry } from './entries.ts';
import type { ProofPorts } from './ports.ts';
import type { Proof } from './proof.ts';

/** A staged message: what was noted of it, and what its bytes are now. */
export interface ProvenMessage {
  readonly stored: StoredMessage;
  readonly isIntact: boolean;
}

/** Reads a message whole, by one request, and compares it with its own digest; null without one. */
export async function readMessage(
  { staging }: ProofPorts,
  itemKey: string,
  proof: Proof,
): Promise<ProvenMessage | null> {
  const message = await staging.messages.open(itemKey);
  if (message === null) return null;
  const hash = createHash('sha256');
  for await (const chunk of message.bytes) hash.update(chunk as Buffer);
  const { stored } = message;
  const sha256 = hash.digest('hex');
  const isIntact = sha256 === stored.sha256;
  proof.checked('messages');
  if (!isIntact) {
    const detail = `noted ${stored.sha256}, staged ${sha256}`;
    proof.differs('message-bytes-differ', { itemKey, path: stored.path, detail });
  }
  return { stored, isIntact };
}

/** The message was made of this very entry of this package. */
export function isMadeOf(
  { stored }: ProvenMessage,
  { entry }: ProvenEntry,
  packagePath: string,
): boolean {
  return stored.itemSha256 === entry.sha256 && stored.package === encodeURI(packagePath);
}

/**
 * Converts the item again and compares every byte, by digest; the same converter must give the same.
 * Large attachments are streamed from the package.
 */
export async function proveConversion(
  { conversion }: ProofPorts,
  { stored }: ProvenMessage,
  message: Message,
  entry: ProvenEntry,
  proof: Proof,
): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of conversion.renderEml(message, entry.open)) hash.update(chunk);
  const sha256 = hash.digest('hex');
  if (sha256 === stored.sha256) return;
  const detail = `noted ${stored.sha256}, made now ${sha256}`;
  proof.differs('message-differs-from-item', {
    itemKey: entry.entry.itemKey,
    path: stored.path,
    detail,
  });
}
