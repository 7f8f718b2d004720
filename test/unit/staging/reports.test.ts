import assert from 'node:assert/strict';
import { it } from 'node:test';

import type { Report } from '../../../src/domain/report.ts';
import { stagingIn } from '../../../src/staging/staging.ts';
import { memoryStaging } from '../../support/memory-staging.ts';

it('tells the latest reports and who signed them by one listing and no read', async () => {
  const [content, books, state] = memoryStaging().containers;
  const asked: string[] = [];
  const counted = {
    ...books,
    list: (prefix: string) => (asked.push(`list ${prefix}`), books.list(prefix)),
    read: (path: string) => (asked.push(`read ${path}`), books.read(path)),
  };
  const { reports, signatures } = stagingIn(content, counted, state);
  const renderings = { csv: '', html: '' };
  for (const [day, number] of [
    ['2026-12-01', 9],
    ['2026-12-01', 10],
    ['2026-12-02', 1],
  ] as const) {
    await reports.write({ day, number } as Report, renderings);
  }
  await signatures.add({ day: '2026-12-01', report: 9, by: 'ann', at: '', note: '' });
  await signatures.add({ day: '2026-12-02', report: 1, by: 'ann', at: '', note: '' });

  const all = await reports.listed();
  const one = await reports.listed('2026-12-02');

  assert.deepEqual(
    [...all],
    [
      ['2026-12-01', { number: 10, isSigned: false }],
      ['2026-12-02', { number: 1, isSigned: true }],
    ],
  );
  assert.deepEqual([...one.keys()], ['2026-12-02']);
  assert.deepEqual(asked, ['list reports/', 'list reports/2026-12-02/']);
});
