import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { UnreachableError } from '../../../src/cli/exit.ts';
import type { ItemDocument } from '../../../src/cli/item-text.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { loadConfig } from '../../../src/config/load.ts';
import type { Receipt } from '../../../src/domain/receipt.ts';
import type { Staging } from '../../../src/staging/staging.ts';
import { aReceipt, anEntry, anIndex, DAY, keyOf } from '../../support/builders.ts';
import { memoryStaging } from '../../support/memory-staging.ts';
import { configFolder, ENV, MINIMAL } from '../config/fixture.ts';

const KEY = keyOf(1);
const unreachable = () => Promise.reject(new UnreachableError('it does not answer.'));

/** `item` with staging alone: no Temporal, no site, no tenant. */
async function item(staging: Staging, ...argv: string[]) {
  const path = configFolder(MINIMAL);
  const out: string[] = [];
  const codes: number[] = [];
  await runProgram(
    {
      builders: {
        loadConfig: () => loadConfig({ path, env: ENV }),
        openStaging: async () => staging,
        ...{ connectTemporal: unreachable, openSite: unreachable, openTenant: unreachable },
        ...{ openUsers: unreachable, openItems: unreachable, openProof: unreachable },
        openGuide: unreachable,
        webUi: 'http://ui',
        operator: 'ann@host',
        now: () => Date.parse('2036-12-24T09:00:00Z'),
      },
      terminal: {
        out: (text) => out.push(text),
        err: () => undefined,
        isInteractive: false,
      },
      exit: (code) => codes.push(code),
    },
    ['item', ...argv],
  );
  return { code: codes.at(-1), out: out.join('\n') };
}

/** An item that was held, archived, and delivered again on an earlier and on a much later day. */
async function aLife(): Promise<Staging> {
  const staging = memoryStaging();
  await staging.packages.writeIndex(anIndex([anEntry(KEY)]));
  const facts = { itemSha256: 'bb', converter: '1', home: DAY, package: 'p' };
  await staging.messages.write(KEY, bytes('message'), facts);
  const write = (day: string, over: Partial<Receipt>) =>
    staging.receipts.write(day, aReceipt({ itemKey: KEY, ...over }));
  await write(DAY, {
    outcome: 'unmapped',
    reason: 'no-user',
    held: [{ role: 'to', position: 0, reason: 'no-user', person: 'p' }],
    writtenAt: '2026-11-24T02:00:00Z',
  });
  await write(DAY, {
    outcome: 'partial',
    mailboxes: [
      {
        id: 'ada',
        messageId: 'AAMk1',
        rule: 'custom',
        mappingVersion: 'v2',
        at: '2026-11-25T02:00:00Z',
        outcome: 'partial',
        reason: null,
        omitted: [1],
        removed: ['AAMk0'],
      },
    ],
    steps: [
      {
        step: 'import',
        attempts: 3,
        startedAt: '2026-11-25T02:00:00Z',
        endedAt: '2026-11-25T02:01:00Z',
      },
    ],
    writtenAt: '2026-11-25T02:01:00Z',
  });
  await write('2031-01-05', { outcome: 'skipped', writtenAt: '2031-01-06T02:00:00Z' });
  await write('2026-11-20', { outcome: 'skipped', writtenAt: '2026-11-26T02:00:00Z' });
  // Somebody else's.
  await staging.receipts.write('2026-11-21', aReceipt({ itemKey: keyOf(2) }));
  return staging;
}

async function* bytes(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

describe('the whole life of an item', () => {
  it('is told from the receipts of all days, its home’s first, without Temporal', async () => {
    const { code, out } = await item(await aLife(), KEY, '--json');

    const document = JSON.parse(out) as ItemDocument;
    assert.equal(code, 0);
    assert.deepEqual(
      document.receipts.map(({ day, number, outcome }) => [day, number, outcome]),
      [
        [DAY, 1, 'unmapped'],
        [DAY, 2, 'partial'],
        ['2026-11-20', 1, 'skipped'],
        ['2031-01-05', 1, 'skipped'],
      ],
    );
    assert.equal(document.package.sha256, 'bb');
    assert.match(document.package.path, /^packages\/2026\/11\/23\/.+\/1\.zip$/);
    assert.equal(document.workflow.status, null);
  });

  it('reads from top to bottom: bytes, then each receipt with its copies, steps and what is missing', async () => {
    const { out } = await item(await aLife(), '--message-id', `<${KEY}@o2-archive.example.com>`);

    const places = [
      'package  packages/2026/11/23/',
      'item     entry',
      'message  messages/',
      'Temporal tells nothing of it',
      '2026-11-24T02:00:00Z  unmapped',
      'held: to 0, no-user',
      '2026-11-25T02:01:00Z  partial',
      'AAMk1',
      'without attachment 2 of the item',
      'removed on the way, incomplete: AAMk0',
      'attempt 3',
      '2026-11-26T02:00:00Z  skipped, delivered again',
      '2031-01-06T02:00:00Z  skipped, delivered again',
    ].map((words) => out.indexOf(words));
    assert.ok(!places.includes(-1), out);
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
  });
});
