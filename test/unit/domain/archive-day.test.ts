import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addDays,
  dayBefore,
  daysBetween,
  isArchiveDay,
  toSeconds,
  waitUntilMs,
  windowOf,
} from '../../../src/domain/archive-day.ts';

test('the day of a run is the UTC day before its nominal time', () => {
  assert.equal(dayBefore(Date.parse('2026-11-24T02:00:00Z')), '2026-11-23');
  assert.equal(dayBefore(Date.parse('2026-11-24T00:00:00Z')), '2026-11-23');
  assert.equal(dayBefore(Date.parse('2027-01-01T02:00:00Z')), '2026-12-31');
  assert.equal(dayBefore(Date.parse('2028-03-01T02:00:00Z')), '2028-02-29');
});

test('days go over months, years, leap days and clock changes', () => {
  assert.equal(addDays('2026-12-31', 1), '2027-01-01');
  assert.equal(addDays('2028-02-28', 1), '2028-02-29');
  assert.equal(addDays('2026-03-29', -1), '2026-03-28');
  assert.deepEqual(daysBetween('2026-10-24', '2026-10-26'), [
    '2026-10-24',
    '2026-10-25',
    '2026-10-26',
  ]);
  assert.deepEqual(daysBetween('2026-10-26', '2026-10-24'), []);
});

test('only a day of the calendar is a day', () => {
  assert.equal(isArchiveDay('2026-11-23'), true);
  for (const text of ['2026-02-30', '2026-13-01', '26-11-23', '2026-11-23T00:00:00Z', '']) {
    assert.equal(isArchiveDay(text), false, text);
  }
});

test('the window looks back, and never before the start day', () => {
  assert.deepEqual(windowOf('2026-11-23', 2, '2026-01-01'), [
    '2026-11-21',
    '2026-11-22',
    '2026-11-23',
  ]);
  assert.deepEqual(windowOf('2026-11-23', 7, '2026-11-22'), ['2026-11-22', '2026-11-23']);
});

test('a day before the start day, asked for by name, has a window of itself', () => {
  assert.deepEqual(windowOf('2026-11-01', 1, '2026-11-22'), ['2026-11-01']);
});

test('a run waits on the nominal date, the day after the archive day', () => {
  assert.equal(waitUntilMs('2026-11-23', '20:00'), Date.parse('2026-11-24T20:00:00Z'));
});

test('times are whole seconds of UTC', () => {
  assert.equal(toSeconds(Date.parse('2026-11-23T09:15:42.987Z')), '2026-11-23T09:15:42Z');
});
