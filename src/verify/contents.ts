import { digestsLacking, headFaults, isTextThere } from './copies.ts';
import type { SeenAttachments, SeenCopy } from './mailboxes.ts';
import type { ProofPorts } from './ports.ts';
import type { Proof } from './proof.ts';
import { sideBySide } from './side-by-side.ts';
import { visibleText } from './visible-text.ts';

/** As many requests as Exchange takes of one app in one mailbox. */
const ATTACHMENTS_AT_ONCE = 4;

/**
 * Reads copies back: every attachment's bytes against the digest of the item's, and the text that is
 * seen, subject and parties against those that were made.
 */
export async function proveContents(
  ports: ProofPorts,
  proof: Proof,
  seen: readonly SeenCopy[],
  listed: readonly SeenAttachments[],
): Promise<void> {
  await proveTexts(ports, proof, seen);
  await sideBySide(ATTACHMENTS_AT_ONCE, listed, (one) => proveAttachments(ports, proof, one));
}

async function proveTexts(
  { copies }: ProofPorts,
  proof: Proof,
  seen: readonly SeenCopy[],
): Promise<void> {
  const asked = seen.filter(({ expected }) => expected.content !== null);
  const answers = await copies.shown(
    asked.map(({ expected, found }) => ({ mailbox: expected.mailbox, id: found.id })),
  );
  asked.forEach(({ expected, found }, at) => {
    const { itemKey, mailbox, content } = expected;
    const answer = answers[at];
    if (answer?.is !== 'there') {
      proof.unanswered(expected, answer?.is === 'unanswered' ? answer.detail : 'no body');
      return;
    }
    proof.checked('contents');
    const about = { itemKey, mailbox, messageId: found.id };
    const head = content?.head ? headFaults(answer.value, content.head) : [];
    if (head.length > 0) proof.differs('head-differs', { ...about, detail: head.join(', ') });
    if (!content?.text) return;
    if (!content.text.isWhole) proof.notice('text-contained');
    if (isTextThere(visibleText(answer.value.html), content.text)) return;
    proof.differs('text-differs', about);
  });
}

async function proveAttachments(
  { copies }: ProofPorts,
  proof: Proof,
  { copy: { expected, found }, attachments }: SeenAttachments,
): Promise<void> {
  const { itemKey, mailbox, content } = expected;
  if (content === null) return;
  const digests: string[] = [];
  for (const { id } of attachments) {
    const answer = await copies.digest({ mailbox, id: found.id }, id);
    if (answer.is === 'there') digests.push(answer.value);
    else proof.unanswered(expected, answer.is === 'unanswered' ? answer.detail : 'no attachment');
  }
  proof.checked('contents', digests.length);
  const differing = digestsLacking(digests, content);
  // What is not there at all was told by its name: half-in-mailbox.
  const missing = Math.max(0, content.attachments.length - attachments.length);
  if (digests.length < attachments.length || differing <= missing) return;
  const detail = `${String(differing - missing)} of ${String(content.attachments.length)}`;
  proof.differs('attachment-differs', { itemKey, mailbox, messageId: found.id, detail });
}
