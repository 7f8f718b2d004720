import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { dueDays, pausedSince, pauseNote } from '../../../src/cli/missed-days.ts';

const schedule = { at: '02:00', waitUntil: '20:00', catchupDays: 30 };
const connector = { startDay: '2026-11-01', schedule };
const at = (time: string) => Date.parse(time);

describe('dueDays', () => {
  it('gives the days whose nominal time lies in the pause', () => {
    const days = dueDays(connector, at('2026-11-20T12:00:00Z'), at('2026-11-23T09:00:00Z'));

    assert.deepEqual(days, ['2026-11-20', '2026-11-21', '2026-11-22']);
  });

  it('leaves out a day whose time has not come yet', () => {
    const days = dueDays(connector, at('2026-11-22T12:00:00Z'), at('2026-11-23T01:59:59Z'));

    assert.deepEqual(days, []);
  });

  it('goes back no further than startDay and catchupDays', () => {
    const always = Number.NEGATIVE_INFINITY;
    const now = at('2026-11-23T09:00:00Z');

    assert.equal(dueDays(connector, always, now)[0], '2026-11-01');
    assert.equal(dueDays({ ...connector, startDay: '2020-01-01' }, always, now)[0], '2026-10-23');
  });
});

describe('the note on a paused schedule', () => {
  it('gives the time of the pause again', () => {
    const now = at('2026-11-23T09:00:00Z');

    assert.equal(pausedSince(pauseNote('ann@host', now, 'storage at 12:00: moved')), now);
  });

  it('gives none when another hand wrote it', () => {
    assert.equal(pausedSince('Paused via WebUI'), null);
    assert.equal(pausedSince(undefined), null);
  });
});
