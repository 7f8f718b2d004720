import assert from 'node:assert/strict';
import test from 'node:test';
import { hoursOfDay, isTimeZone } from '../../../src/domain/zoned-day.ts';

for (const [day, zone, from, to] of [
  ['2026-11-23', 'UTC', '2026-11-23T00:00:00Z', '2026-11-24T00:00:00Z'],
  ['2026-06-01', 'Europe/London', '2026-05-31T23:00:00Z', '2026-06-01T23:00:00Z'],
  // 23 hours, then 25.
  ['2026-03-29', 'Europe/London', '2026-03-29T00:00:00Z', '2026-03-29T23:00:00Z'],
  ['2026-10-25', 'Europe/London', '2026-10-24T23:00:00Z', '2026-10-26T00:00:00Z'],
  ['2026-11-23', 'Pacific/Kiritimati', '2026-11-22T10:00:00Z', '2026-11-23T10:00:00Z'],
  ['2026-11-23', 'Pacific/Niue', '2026-11-23T11:00:00Z', '2026-11-24T11:00:00Z'],
  ['2026-11-23', 'Asia/Kathmandu', '2026-11-22T18:15:00Z', '2026-11-23T18:15:00Z'],
  // The clocks go forward at midnight: the day begins at one.
  ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00Z', '2018-11-05T02:00:00Z'],
] as const) {
  test(`${day} in ${zone} is ${from} to ${to}`, () => {
    assert.deepEqual(hoursOfDay(day, zone), { from, to });
  });
}

test('a time zone is known by its name', () => {
  assert.deepEqual(['Europe/London', 'UTC', 'Mars/Olympus', ''].map(isTimeZone), [
    true,
    true,
    false,
    false,
  ]);
});
