import assert from 'node:assert/strict';
import test from 'node:test';
import { canHold, chosen, findSent } from '../../../src/cli/sent.ts';
import { hoursOfDay } from '../../../src/domain/zoned-day.ts';
import { anEntry, anIndex, keyOf } from '../../support/builders.ts';
import { memoryStaging } from '../../support/memory-staging.ts';

const HOURS = hoursOfDay('2026-11-23', 'UTC');
const listed = (day: string, times: readonly [string, string] | null, items = 1) => ({
  day,
  package: 'p',
  delivery: 1,
  path: 'x',
  items,
  earliest: times?.[0] ?? null,
  latest: times?.[1] ?? null,
});

test('an index can hold items of the hours when its times reach into them', () => {
  const can = (from: string, to: string) => canHold(listed('2026-11-24', [from, to]), HOURS);

  assert.equal(can('2026-11-23T00:00:00Z', '2026-11-23T00:00:00Z'), true);
  assert.equal(can('2020-01-01T00:00:00Z', '2026-11-24T09:00:00Z'), true);
  assert.equal(can('2026-11-24T00:00:00Z', '2026-11-24T09:00:00Z'), false);
  assert.equal(can('2026-11-22T00:00:00Z', '2026-11-22T23:59:59Z'), false);
});

test('an index that does not tell is read, unless its day is too early or it is empty', () => {
  assert.equal(canHold(listed('2026-11-21', null), HOURS), true);
  assert.equal(canHold(listed('2031-01-01', null), HOURS), true);
  // An item three days after its package's day stands at that day's midnight.
  assert.equal(canHold(listed('2026-11-20', null), HOURS), false);
  assert.equal(canHold(listed('2026-11-23', null, 0), HOURS), false);
});

test('items of the hours are found in whichever packages they lie, and nothing else is read', async () => {
  const staging = memoryStaging();
  const { packages } = staging;
  const sent = (number: number, at: string) => anEntry(keyOf(number), { at });
  const late = [sent(1, '2026-11-23T23:59:59Z'), sent(2, '2027-03-01T08:00:00Z')];
  await packages.writeIndex(anIndex([sent(3, '2026-11-23T00:00:00Z')]));
  await packages.writeIndex(anIndex(late, { day: '2027-03-01' }));
  await packages.writeIndex(anIndex([sent(4, '2026-11-24T00:00:00Z')], { day: '2026-11-24' }));

  const found = await findSent(staging, HOURS);

  assert.deepEqual(
    found.packages.map(({ listed: { day }, entries }) => [day, entries.map((one) => one.itemKey)]),
    [
      ['2026-11-23', [keyOf(3)]],
      ['2027-03-01', [keyOf(1)]],
    ],
  );
  assert.deepEqual([found.looked, found.listed], [2, 3]);
});

test('a day is an archive day or a day of the calendar, never both and never none', () => {
  assert.deepEqual(chosen({ day: '2026-11-23' }), { by: 'day', day: '2026-11-23' });
  assert.equal(chosen({ sent: '2026-11-23' }).by, 'sent');
  assert.throws(() => chosen({}), /--day DAY or --sent DAY/);
  assert.throws(() => chosen({ day: '2026-11-23', tz: 'Europe/London' }), /--tz belongs to --sent/);
});
