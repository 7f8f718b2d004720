import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Evidence, FoundMessage, StagedBlob } from '../../faults/check/evidence.ts';
import type { Finding } from '../../faults/check/finding.ts';
import { judge } from '../../faults/check/judge.ts';
import { judgeSecondRun } from '../../faults/check/second-run.ts';
import { ANN, BEN, DAY, faultlessWorld, json, replaced, type World } from './world.ts';

/** Everything that the checker must see; each is done to a faultless world. */
interface Violation {
  readonly what: string;
  readonly invariant: Finding['invariant'];
  readonly fault: Finding['fault'];
  readonly violate: (world: World) => Evidence;
}

const changeMessages = (
  { evidence }: World,
  change: (messages: readonly FoundMessage[]) => readonly FoundMessage[],
): Evidence => ({ ...evidence, messages: change(evidence.messages) });

const changeAnns = (world: World, change: Partial<FoundMessage>): Evidence =>
  changeMessages(world, (messages) =>
    messages.map((one) => (one.user === ANN.id ? { ...one, ...change } : one)),
  );

const changeBlobs = (
  { evidence }: World,
  container: 'content' | 'books' | 'state',
  change: (blobs: readonly StagedBlob[]) => readonly StagedBlob[],
): Evidence => ({
  ...evidence,
  staged: { ...evidence.staged, [container]: change(evidence.staged[container]) },
});

/** Changes the JSON of the blob of the books whose path fits. */
const rewrite = (world: World, path: RegExp, change: object): Evidence =>
  changeBlobs(world, 'books', (blobs) =>
    blobs.map((one) =>
      path.test(one.path)
        ? json(one.path, { ...(JSON.parse(one.bytes.toString()) as object), ...change })
        : one,
    ),
  );

const RECEIPT = /^receipts\/.*json$/;
const REPORT = /^reports\/.*json$/;

const VIOLATIONS: readonly Violation[] = [
  {
    what: 'an item that is in no index',
    invariant: 'I1',
    fault: 'lost',
    violate: (world) => rewrite(world, /index/, { items: [] }),
  },
  {
    what: 'an item without a receipt',
    invariant: 'I1',
    fault: 'lost',
    violate: (world) =>
      changeBlobs(world, 'books', (blobs) => blobs.filter(({ path }) => !RECEIPT.test(path))),
  },
  {
    what: 'an item in a state that there is not',
    invariant: 'I1',
    fault: 'wrong-state',
    violate: (world) => rewrite(world, RECEIPT, { outcome: 'pending' }),
  },
  {
    what: 'an item in another state than it should be',
    invariant: 'I1',
    fault: 'wrong-state',
    violate: (world) => rewrite(world, RECEIPT, { outcome: 'unmapped' }),
  },
  {
    what: 'a receipt in the chain that is missing',
    invariant: 'I1',
    fault: 'wrong-state',
    violate: (world) =>
      changeBlobs(world, 'books', (blobs) =>
        blobs.map((one) =>
          RECEIPT.test(one.path) ? { ...one, path: one.path.replace('1.json', '2.json') } : one,
        ),
      ),
  },
  {
    what: 'a later receipt that forgets a copy',
    invariant: 'I1',
    fault: 'wrong-state',
    violate: (world) =>
      changeBlobs(world, 'books', (blobs) => [
        ...blobs,
        ...blobs
          .filter(({ path }) => RECEIPT.test(path))
          .map(({ path, bytes }) =>
            json(path.replace('1.json', '2.json'), {
              ...(JSON.parse(bytes.toString()) as object),
              mailboxes: [],
            }),
          ),
      ]),
  },
  {
    what: 'a whole copy in the place of which a later receipt names another',
    invariant: 'I1',
    fault: 'wrong-state',
    violate: (world) => replaced(world, {}),
  },
  {
    what: 'a partial copy that gave way to one that lacks as much',
    invariant: 'I1',
    fault: 'wrong-state',
    violate: (world) => replaced(world, { omitted: [0] }, { omitted: [1] }),
  },
  {
    what: 'a copy that is not there',
    invariant: 'I3',
    fault: 'lost',
    violate: (world) => changeMessages(world, (messages) => messages.slice(1)),
  },
  {
    what: 'a copy twice in one folder',
    invariant: 'I3',
    fault: 'doubled',
    violate: (world) =>
      changeMessages(world, (messages) => [
        ...messages,
        ...messages.slice(0, 1).map((one) => ({ ...one, id: 'another' })),
      ]),
  },
  {
    what: 'a second copy among what its user deleted',
    invariant: 'I3',
    fault: 'doubled',
    violate: (world) =>
      changeMessages(world, (messages) => [
        ...messages,
        ...messages.slice(0, 1).map((one) => ({ ...one, id: 'another', folder: 'Deletions' })),
      ]),
  },
  {
    what: 'a partial copy that a receipt calls removed, in the folder beside the better one',
    invariant: 'I3',
    fault: 'doubled',
    violate: (world) => {
      const beside = world.evidence.messages.map((one) => ({ ...one, id: `${one.id} before` }));
      const evidence = replaced(world, { omitted: [0] });
      return { ...evidence, messages: [...evidence.messages, ...beside] };
    },
  },
  {
    what: 'a second copy that lost its named property',
    invariant: 'I3',
    fault: 'doubled',
    violate: (world) =>
      changeMessages(world, (messages) => [
        ...messages,
        ...messages.slice(0, 1).map((one) => ({ ...one, id: 'another', archiveKey: null })),
      ]),
  },
  {
    what: "a copy in somebody else's mailbox",
    invariant: 'I3',
    fault: 'wrong-mailbox',
    violate: (world) =>
      changeMessages(world, (messages) => [
        ...messages,
        ...messages.slice(0, 1).map((one) => ({ ...one, user: 'c'.repeat(36) })),
      ]),
  },
  {
    what: 'a message of no item',
    invariant: 'I3',
    fault: 'wrong-mailbox',
    violate: (world) =>
      changeMessages(world, (messages) => [
        ...messages,
        ...messages.slice(0, 1).map((one) => ({ ...one, archiveKey: '0'.repeat(64) })),
      ]),
  },
  {
    what: 'a receipt that names another message',
    invariant: 'I3',
    fault: 'wrong-state',
    violate: (world) => changeAnns(world, { id: 'another' }),
  },
  {
    what: 'a text that is cut',
    invariant: 'I4',
    fault: 'bytes-differ',
    violate: (world) => changeAnns(world, { text: world.item.text.slice(0, -1) }),
  },
  {
    what: 'an attachment with one bit changed',
    invariant: 'I4',
    fault: 'bytes-differ',
    violate: (world) =>
      changeAnns(world, {
        attachments: world.item.attachments.map((file) => ({ ...file, sha256: '0'.repeat(64) })),
      }),
  },
  {
    what: 'an attachment that is missing',
    invariant: 'I4',
    fault: 'bytes-differ',
    violate: (world) => changeAnns(world, { attachments: [] }),
  },
  {
    what: 'an attachment twice',
    invariant: 'I4',
    fault: 'bytes-differ',
    violate: (world) =>
      changeAnns(world, { attachments: [...world.item.attachments, ...world.item.attachments] }),
  },
  {
    what: 'a draft',
    invariant: 'I4',
    fault: 'bytes-differ',
    violate: (world) => changeAnns(world, { isDraft: true }),
  },
  {
    what: 'another time',
    invariant: 'I4',
    fault: 'bytes-differ',
    violate: (world) => changeAnns(world, { receivedAt: '2026-11-22T00:00:00Z' }),
  },
  {
    what: 'a package whose bytes changed',
    invariant: 'I4',
    fault: 'bytes-differ',
    violate: (world) => spoil(world, /\.zip$/),
  },
  {
    what: 'a package that is not staged',
    invariant: 'I4',
    fault: 'lost',
    violate: (world) =>
      changeBlobs(world, 'content', (blobs) => blobs.filter(({ path }) => !path.endsWith('.zip'))),
  },
  {
    what: 'a staged message whose bytes changed',
    invariant: 'I4',
    fault: 'bytes-differ',
    violate: (world) => spoil(world, /\.eml$/),
  },
  {
    what: 'a blob that was written again',
    invariant: 'I4',
    fault: 'bytes-differ',
    violate(world) {
      world.truth.witness(new Map([[`content/${world.emlPath}`, 'an older ETag']]));
      return world.evidence;
    },
  },
  {
    what: 'a blob that was removed',
    invariant: 'I4',
    fault: 'bytes-differ',
    violate(world) {
      world.truth.witness(new Map([['books/receipts/2026/11/20/1.json', '1']]));
      return world.evidence;
    },
  },
  {
    what: 'a day without a report',
    invariant: 'I2',
    fault: 'report-open',
    violate: (world) =>
      changeBlobs(world, 'books', (blobs) => blobs.filter(({ path }) => !REPORT.test(path))),
  },
  {
    what: 'a report that counts a copy too many',
    invariant: 'I2',
    fault: 'report-open',
    violate: (world) => rewrite(world, REPORT, { books: booksWith({ imported: 3, available: 3 }) }),
  },
  {
    what: 'a report whose sum is another',
    invariant: 'I2',
    fault: 'report-open',
    violate: (world) => rewrite(world, REPORT, { books: booksWith({ available: 3 }) }),
  },
  {
    what: 'a report that says itself that it does not balance',
    invariant: 'I2',
    fault: 'report-open',
    violate: (world) => rewrite(world, REPORT, { balances: false }),
  },
  {
    what: "an item's text in a log",
    invariant: 'I5',
    fault: 'leak',
    violate: (world) => trace(world, `error: cannot send "${world.item.text}"`),
  },
  {
    what: 'a number in a history',
    invariant: 'I5',
    fault: 'leak',
    violate: (world) => trace(world, `{"from":"+${ANN.number}"}`),
  },
  {
    what: 'a source id in a history',
    invariant: 'I5',
    fault: 'leak',
    violate: (world) => trace(world, world.item.sourceId),
  },
  {
    what: "a person's name in a receipt",
    invariant: 'I5',
    fault: 'leak',
    violate: (world) => rewrite(world, RECEIPT, { to: BEN.name }),
  },
];

describe('the checker of the fault matrix', () => {
  it('finds nothing where nothing is wrong', () => {
    const { evidence, truth } = faultlessWorld();

    assert.deepEqual(judge(evidence, truth), []);
  });

  it('finds nothing where a partial copy gave way to a whole one', () => {
    const world = faultlessWorld();

    assert.deepEqual(judge(replaced(world, { omitted: [0] }), world.truth), []);
  });

  for (const { what, invariant, fault, violate } of VIOLATIONS) {
    it(`finds ${what}: ${invariant}`, () => {
      const world = faultlessWorld();

      const findings = judge(violate(world), world.truth);

      assert.ok(
        findings.some((one) => one.invariant === invariant && one.fault === fault),
        JSON.stringify(findings),
      );
    });
  }

  it('says of a leak what it is and not what it says', () => {
    const world = faultlessWorld();

    const findings = judge(trace(world, `${ANN.number} ${ANN.address}`), world.truth);

    assert.ok(findings.length > 0);
    for (const { text, where } of findings) {
      assert.ok(!`${text} ${where}`.includes(ANN.number) && !text.includes(ANN.address));
    }
  });
});

describe('the checker of the second run', () => {
  const clean = { day: DAY, started: 0, imported: 0, writes: { 'messages.create': 0 } };

  it('finds nothing where nothing changed', () => {
    const { evidence } = faultlessWorld();

    assert.deepEqual(judgeSecondRun(evidence, evidence, [clean]), []);
  });

  const world = faultlessWorld();
  const { evidence } = world;
  const added = json('receipts/2026/11/21/2.json', {});
  const afters: readonly [string, Evidence, typeof clean][] = [
    ['an item that was started', evidence, { ...clean, started: 1 }],
    ['a copy that was made', evidence, { ...clean, imported: 1 }],
    ['a request that alters something', evidence, { ...clean, writes: { 'messages.create': 1 } }],
    ['a new blob', changeBlobs(world, 'books', (blobs) => [...blobs, added]), clean],
    ['a blob that is gone', changeBlobs(world, 'books', (blobs) => blobs.slice(1)), clean],
    ['a blob with other bytes', spoil(world, /\.eml$/), clean],
    ['a message that came', changeAnns(world, { id: 'another' }), clean],
    ['a message that moved', changeAnns(world, { folder: 'Inbox' }), clean],
  ];
  for (const [what, after, run] of afters) {
    it(`finds ${what}`, () => {
      const findings = judgeSecondRun(evidence, after, [run]);

      assert.ok(findings.length > 0);
      assert.ok(findings.every((one) => one.invariant === 'I6' && one.fault === 'second-run'));
    });
  }
});

function booksWith(change: Record<string, number>): object {
  const { evidence } = faultlessWorld();
  const report = evidence.staged.books.find(({ path }) => REPORT.test(path));
  const { books } = JSON.parse(String(report?.bytes)) as { books: object };
  return { ...books, ...change };
}

function trace({ evidence }: World, text: string): Evidence {
  return { ...evidence, traces: [...evidence.traces, { where: 'history of an item', text }] };
}

function spoil(world: World, path: RegExp): Evidence {
  return changeBlobs(world, 'content', (blobs) =>
    blobs.map((one) => (path.test(one.path) ? { ...one, sha256: '0'.repeat(64) } : one)),
  );
}
