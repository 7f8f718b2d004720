import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { AlarmCode } from '../../../src/domain/alarm.ts';
import { ALARMS, alarmWords } from '../../../src/domain/alarm.ts';

test('the command of each alarm names the connector, as it must where there are several', () => {
  for (const code of Object.keys(ALARMS) as AlarmCode[]) {
    const words = alarmWords(code, 'second', null);
    assert.equal(words.includes('o2-archiver'), words.includes('--connector second'), code);
  }
  assert.match(
    alarmWords('site-unreachable', 'second', null),
    /check --connector second; then ask/,
  );
  assert.match(
    alarmWords('books-discrepancy', 'second', '2026-11-23'),
    /o2-archiver report --connector second --day 2026-11-23$/,
  );
});
