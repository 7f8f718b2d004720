import assert from 'node:assert/strict';
import test from 'node:test';
import type { FoundCopy } from '../../../src/mailbox/copy-reader.ts';
import type { ExpectedContent, ExpectedCopy } from '../../../src/verify/copies.ts';
import {
  attachmentFaults,
  copyFaults,
  digestsLacking,
  headFaults,
  isTextThere,
  sortOut,
} from '../../../src/verify/copies.ts';
import { keyOf } from '../../support/builders.ts';

const KEY = keyOf(1);

function aFound(over: Partial<FoundCopy> = {}): FoundCopy {
  return {
    id: 'made',
    internetMessageId: `<${KEY}@o2-archive.example.com>`,
    isDraft: false,
    folder: 'archive',
    receivedAt: '2026-11-23T09:00:00Z',
    createdAt: '2026-11-24T02:00:00Z',
    hasAttachments: false,
    archiveKey: KEY,
    itemClass: 'IPM.Note',
    ...over,
  };
}

function aContent(over: Partial<ExpectedContent> = {}): ExpectedContent {
  return {
    at: '2026-11-23T09:00:00Z',
    itemClass: 'IPM.Note',
    attachments: [],
    text: null,
    head: null,
    ...over,
  };
}

function anExpected(over: Partial<ExpectedCopy> = {}): ExpectedCopy {
  return {
    itemKey: KEY,
    mailbox: 'ada',
    year: null,
    messageId: 'made',
    isMade: true,
    removed: [],
    content: aContent(),
    ...over,
  };
}

test('the copy is known by its id, also when an older message bears its Message-ID', () => {
  const [older, made] = [aFound({ id: 'older' }), aFound()];

  const { own, doubled } = sortOut(anExpected(), [older, made]);

  assert.deepEqual([own, doubled], [made, [older]]);
});

test('a copy that came back under another id is the oldest that bears the key', () => {
  const [foreign, restored] = [
    aFound({ id: 'foreign', archiveKey: null }),
    aFound({ id: 'restored' }),
  ];

  const { own, doubled } = sortOut(anExpected(), [foreign, restored]);

  assert.deepEqual([own, doubled], [restored, [foreign]]);
});

test('what the archiver removed on the way is neither the copy nor its double', () => {
  const half = aFound({ id: 'half' });

  const found = sortOut(anExpected({ removed: ['half'] }), [half, aFound()]);

  assert.deepEqual([found.own?.id, found.back, found.doubled], ['made', [half], []]);
});

test('nothing found is no copy', () => {
  assert.deepEqual(sortOut(anExpected(), []), { own: null, back: [], doubled: [] });
});

test('a copy as it was made has no fault, within the seconds that Exchange keeps', () => {
  assert.deepEqual(copyFaults(aFound({ receivedAt: '2026-11-23T09:00:02Z' }), anExpected()), []);
  assert.deepEqual(copyFaults(aFound({ itemClass: null }), anExpected()), []);
});

for (const [change, fault] of [
  [{ isDraft: true }, 'it is a draft'],
  [{ archiveKey: null }, 'its key is gone'],
  [{ internetMessageId: '<other@example.com>' }, 'its Message-ID is another'],
  [{ receivedAt: '2026-11-23T09:00:03Z' }, 'its time is another'],
  [{ receivedAt: '' }, 'its time is another'],
  [{ itemClass: 'IPM.Task' }, 'its class is another'],
] as const) {
  test(`a copy is told apart by ${JSON.stringify(change)}`, () => {
    assert.deepEqual(copyFaults(aFound(change), anExpected()), [fault]);
  });
}

test('of an item that could not be read, only what needs no item is compared', () => {
  const copy = aFound({ receivedAt: '', itemClass: 'IPM.Task' });

  assert.deepEqual(copyFaults(copy, anExpected({ content: null })), []);
});

test('attachments are missing and added by name, a name as often as it stands', () => {
  const attachments = ['a', 'b', 'b'].map((name) => ({ name, sha256: name }));

  assert.deepEqual(attachmentFaults(['b', 'c'], { attachments }), { missing: 2, added: 1 });
  assert.deepEqual(attachmentFaults(['b', 'a', 'b'], { attachments }), { missing: 0, added: 0 });
});

test('attachments that another converter named are counted', () => {
  const attachments = ['x', 'y'].map((sha256) => ({ name: null, sha256 }));

  assert.deepEqual(attachmentFaults(['a'], { attachments }), { missing: 1, added: 0 });
  assert.deepEqual(attachmentFaults(['a', 'b', 'c'], { attachments }), { missing: 0, added: 1 });
});

test('digests are compared whatever their order, each as often as it stands', () => {
  const attachments = ['x', 'y', 'y'].map((sha256) => ({ name: null, sha256 }));

  assert.equal(digestsLacking(['y', 'x', 'y'], { attachments }), 0);
  assert.equal(digestsLacking(['y', 'x', 'z'], { attachments }), 1);
});

test('a text is the same, or contained where another converter wrote around it', () => {
  assert.equal(isTextThere('a b', { folded: 'a b', isWhole: true }), true);
  assert.equal(isTextThere('a b c', { folded: 'a b', isWhole: true }), false);
  assert.equal(isTextThere('a b c', { folded: 'a b', isWhole: false }), true);
});

const party = (address: string) => ({ name: 'Ada (+447700900123)', address });
const HEAD = {
  subject: 'SMS message from A to B',
  from: party('ada@example.com'),
  to: [party('bo@example.com'), party('cy@example.com')],
};
const SHOWN = {
  subject: HEAD.subject,
  from: 'ada@example.com',
  to: ['bo@example.com', 'cy@example.com'],
};

test('subject and parties are the same whatever white space, letter case and order Exchange gives', () => {
  const shown = {
    subject: ' SMS message\t from A\r\n to B',
    from: 'Ada@Example.com',
    to: ['CY@example.com', 'bo@example.com', 'bo@example.com'],
  };

  assert.deepEqual(headFaults(shown, HEAD), []);
});

for (const [change, fault] of [
  [{ subject: 'SMS message from A to C' }, 'subject'],
  [{ subject: '' }, 'subject'],
  [{ from: 'eve@example.com' }, 'from'],
  [{ from: null }, 'from'],
  [{ to: ['bo@example.com'] }, 'to'],
  [{ to: [...SHOWN.to, 'eve@example.com'] }, 'to'],
] as const) {
  test(`a message with ${JSON.stringify(change)} is another one than was made`, () => {
    assert.deepEqual(headFaults({ ...SHOWN, ...change }, HEAD), [fault]);
  });
}
