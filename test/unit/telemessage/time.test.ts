import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readTime } from '../../../src/telemessage/time.ts';

const DAY = '2026-11-21';
const MIDNIGHT = '2026-11-21T00:00:00Z';

describe('readTime reads', () => {
  const cases: [string, string][] = [
    ['Sat, 21 Nov 2026 09:15:42 +0000', '2026-11-21T09:15:42Z'],
    ['21 Nov 2026 09:15:42 +0100', '2026-11-21T08:15:42Z'],
    ['Sat, 21 Nov 2026 09:15:42', '2026-11-21T09:15:42Z'],
    ['Sat, 21 Nov 2026 09:15 GMT', '2026-11-21T09:15:00Z'],
    ['Sat, 21 Nov 2026 09:15:42 -0000', '2026-11-21T09:15:42Z'],
    ['Sat, 21 Nov 2026 09:15:42 EST', '2026-11-21T14:15:42Z'],
    ['Sat, 21 Nov 2026 09:15:42 Z', '2026-11-21T09:15:42Z'],
    ['sat,21 nov 2026 09 : 15 : 42 +0000 (GMT (winter))', '2026-11-21T09:15:42Z'],
    ['Sat,\r\n 21 Nov\t2026 09:15:42 +0000', '2026-11-21T09:15:42Z'],
    ['21 Nov 26 09:15:42 +0000', '2026-11-21T09:15:42Z'],
    ['21 Nov 99 09:15:42 +0000', '1999-11-21T09:15:42Z'],
    ['Sat, 21 Nov 2026 23:59:60 +0000', '2026-11-22T00:00:00Z'],
    ['1 Jan 1970 00:00:00 +0000', '1970-01-01T00:00:00Z'],
    ['29 Feb 2024 12:00:00 +0000', '2024-02-29T12:00:00Z'],
    ['Mon, 23 Nov 2026 23:59:59 +0000', '2026-11-23T23:59:59Z'],
  ];
  for (const [sent, at] of cases) {
    it(`${JSON.stringify(sent)} as ${at}`, () => {
      const time = readTime(sent, DAY);

      assert.deepEqual(time, { at, timeFlag: null, keyTime: String(Date.parse(at) / 1000) });
    });
  }
});

describe('readTime stands at the start of the day of the package', () => {
  it('without a date', () => {
    assert.deepEqual(readTime(null, DAY), { at: MIDNIGHT, timeFlag: 'missing', keyTime: '' });
  });

  const unreadable = [
    'yesterday',
    '2026-11-21T09:15:42Z',
    'Sat, 21 Nov 2026',
    '30 Feb 2026 09:15:42 +0000',
    '29 Feb 2026 09:15:42 +0000',
    '0 Nov 2026 09:15:42 +0000',
    '21 Nov 2026 24:00:00 +0000',
    '21 Nov 2026 09:60:00 +0000',
    '21 Nov 2026 09:15:61 +0000',
    '21 Nov 2026 9:15:42 +0000',
    '21 Nov 2026 09:15:42 +01:00',
    '21 Nov 2026 09:15:42 +0160',
    '21 Nov 1899 09:15:42 +0000',
    '21 Foo 2026 09:15:42 +0000',
    `21 Nov 2026 09:15:42 ${'('.repeat(500_000)}`,
  ];
  for (const sent of unreadable) {
    it(`for ${JSON.stringify(sent.slice(0, 40))}, keyed by its text`, () => {
      const time = readTime(sent, DAY);

      assert.deepEqual(time, { at: MIDNIGHT, timeFlag: 'unreadable', keyTime: sent });
    });
  }

  it('for a time a thousandfold too large', () => {
    const { at, timeFlag } = readTime('Wed, 18 Mar 57300 08:53:20 +0000', DAY);

    assert.deepEqual([at, timeFlag], [MIDNIGHT, 'thousandfold']);
  });

  it('from 00:00 UTC of the third day on, and not a second before', () => {
    assert.equal(readTime('24 Nov 2026 00:00:00 +0000', DAY).timeFlag, 'future');
    assert.equal(readTime('24 Nov 2026 00:30:00 +0100', DAY).timeFlag, null);
    assert.equal(readTime('21 Nov 999999999 00:00:00 +0000', DAY).timeFlag, 'future');
  });

  it('with a key that does not depend on that day', () => {
    const sent = 'Thu, 26 Nov 2026 09:15:42 +0000';

    assert.equal(readTime(sent, DAY).keyTime, readTime(sent, '2026-11-26').keyTime);
  });
});
