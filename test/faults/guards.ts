/**
 * The guards that keep the promise, each as the change of one source line that switches it off. There
 * is no such switch in the product: the change is made to a copy of `src/`, and workers are started
 * from there. A guard whose cells stay green guards nothing, or its cells do not try it.
 */
export interface Guard {
  /** For `--without`. */
  readonly name: string;
  /** What it does, for people. */
  readonly what: string;
  /** Below `src/`. */
  readonly file: string;
  /** Must stand there exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Ids of cells that must turn red without it. */
  readonly cells: readonly string[];
}

export const GUARDS: readonly Guard[] = [
  {
    name: 'look-before-retry',
    what: 'what may have been sent is looked for by its Message-ID before it is sent again',
    file: 'mailbox/make-copy.ts',
    find: 'if (word.sent === null) return null;',
    replace: 'return null;',
    cells: ['F17-5xx', 'F18-5xx', 'F5-sms', 'F7-sms'],
  },
  {
    name: 'settle-time',
    what: 'the look-up waits until a lost create must have shown itself',
    file: 'mailbox/copying.ts',
    find: 'unsettledMs: () => Math.max(0, settledAtMs(copying) - deps.clock.nowMs()),',
    replace: 'unsettledMs: () => 0,',
    cells: ['F18-5xx'],
  },
  {
    name: 'word-before-create',
    what: 'each create leaves word of itself before it is sent',
    file: 'mailbox/make-copy.ts',
    find: '  c.leave({ ...lasting(c.word), sent });\n',
    replace: '',
    cells: ['F5-second'],
  },
  {
    name: 'word-of-refusal',
    what: 'a clean refusal leaves word that nothing is on its way: no look-up, no settle time',
    file: 'mailbox/make-copy.ts',
    find: '    c.leave({ ...lasting(c.word), ...sentAfter(error, sent, isoNow(deps)) });\n',
    replace: '',
    cells: ['F14-seconds'],
  },
  {
    name: 'fresh-by-run',
    what: 'a create without a look-up is for the very run that created the message blob',
    file: 'activities/import.ts',
    find: 'input.createdInRun === workflowExecution?.runId',
    replace: 'input.createdInRun !== null',
    cells: ['F7-reset'],
  },
  {
    name: 'fresh-by-blob',
    what: 'a create without a look-up is for whoever created the message blob',
    file: 'activities/convert.ts',
    find: 'stored.isNew ? (info.workflowExecution?.runId ?? null) : null',
    replace: 'info.workflowExecution?.runId ?? null',
    cells: ['F7-terminated'],
  },
  {
    name: 'sending-mark',
    what: 'an import of an item that has a receipt marks what it may have on its way',
    file: 'activities/import.ts',
    find: '(await sending.isMarked(copyKey))',
    replace: 'false',
    cells: ['F5-terminated'],
  },
  {
    name: 'receipts-decide',
    what: 'a copy that a receipt tells of is never made again, whatever the mailbox shows',
    file: 'activities/import.ts',
    find: "if (known !== undefined && known.outcome !== 'failed' && partial === null) {",
    replace: 'if (false) {',
    cells: ['F43-half'],
  },
  {
    name: 'archived-stays',
    what: 'an item with a final receipt is not started again, not by a retry either',
    file: 'activities/open-items.ts',
    find: 'if (isArchived(receipt.outcome)) return false;',
    replace: '',
    cells: ['F43-deleted'],
  },
  {
    name: 'write-once',
    what: 'what is written once is written with If-None-Match',
    file: 'staging/container.ts',
    find: "const conditions = { ifNoneMatch: '*' };",
    replace: 'const conditions = {};',
    cells: ['F38-full', 'F37-mapping'],
  },
  {
    name: 'breaker',
    what: 'a tenant that refuses the app stops the run',
    file: 'mailbox/breaker.ts',
    find: 'if (why !== null) throw why;',
    replace: 'void why;',
    cells: ['F21-denied'],
  },
  {
    name: 'retry-after',
    what: 'a mailbox that says how long to wait is left alone so long',
    file: 'mailbox/importer.ts',
    find: "return close(error.retryAfterMs, 'throttled');",
    replace: "return c.again(0, 'throttled');",
    cells: ['F14-obeyed'],
  },
  {
    name: 'mailbox-once',
    what: 'a mailbox that several parties lead to gets one copy',
    file: 'domain/routing.ts',
    find: 'if (!mailboxes.has(route.mailbox.id)) mailboxes.set(route.mailbox.id, route.mailbox);',
    replace: 'mailboxes.set(`${route.mailbox.id}${party.role}`, route.mailbox);',
    cells: ['F39-twice'],
  },
  {
    name: 'folder-each-run',
    what: 'each run looks anew where the folder of a mailbox lies',
    file: 'mailbox/folder.ts',
    find: 'return `${run} ${mailbox} ${year}`;',
    replace: 'return `${mailbox} ${year}`;',
    cells: ['F44-deleted'],
  },
  {
    name: 'half-removed',
    what: 'a message that cannot be completed is removed before another is made',
    file: 'mailbox/make-copy.ts',
    find: '  await removeMessage(c.writing, messageId);\n  c.isAdding = false;',
    replace: '  c.isAdding = false;',
    cells: ['F19-too-large'],
  },
  {
    name: 'partial-removed',
    what: 'the partial copy goes when the better one stands',
    file: 'mailbox/make-copy.ts',
    find: '  await removeMessage(c.writing, replaces.messageId);\n',
    replace: '',
    cells: ['F19-complete-whole'],
  },
  {
    name: 'partial-ignored',
    what: 'a look-up for the better copy does not take the partial one for it',
    file: 'mailbox/make-copy.ts',
    find: '...(input.replaces === undefined ? [] : [input.replaces.messageId])',
    replace: '',
    cells: ['F19-complete-create'],
  },
  {
    name: 'other-home',
    what: 'an item that was first delivered on another day is skipped on this one',
    file: 'workflows/archive-item.ts',
    find: "if (converted.outcome === 'message' && converted.home !== item.day) {",
    replace: "if (converted.outcome === 'message' && item.day === '') {",
    cells: ['F42-next-day'],
  },
  {
    name: 'digest-on-read',
    what: 'the bytes of an item are compared with the digest that the index has',
    file: 'telemessage/entry.ts',
    find: "if (!isWhole || createHash('sha256').update(bytes).digest('hex') !== entry.sha256) {",
    replace: 'if (!isWhole) {',
    cells: ['F3-flipped'],
  },
  {
    name: 'quiet-seconds',
    what: 'a file at the site that was changed a moment ago is left for the next look',
    file: 'activities/fetch.ts',
    find: 'return Date.now() - Date.parse(file.modifiedAt) < quietMs;',
    replace: 'return quietMs < 0;',
    cells: ['F1-growing'],
  },
  {
    name: 'canary',
    what: 'before the first import of a run a message of our own shows whether the tenant does as before',
    file: 'workflows/archive-day.ts',
    find: 'if (state.plan.hasCanary) await tryCanary({ connector });',
    replace: '',
    cells: ['F21-changed'],
  },
  {
    name: 'fresh-for-a-minute',
    what: 'a run that began long ago looks before it posts: its database may be an older copy',
    file: 'activities/import.ts',
    find: 'const isFresh = isOwn && isRecent(input.startedAt);',
    replace: 'const isFresh = isOwn;',
    cells: ['F9-older-midday'],
  },
  {
    name: 'measured-transfer',
    what: 'a package that is not as long as it was listed is never committed',
    file: 'activities/fetch.ts',
    find: 'if (receivedBytes !== sizeBytes) {',
    replace: 'if (receivedBytes < 0) {',
    cells: ['F26-short'],
  },
  {
    name: 'rebuilt-state',
    what: 'the lists of a lost state container are made again from the receipts',
    file: 'activities/plan.ts',
    find: '    await ensureState(connector);\n',
    replace: '',
    cells: ['F46-state'],
  },
];
