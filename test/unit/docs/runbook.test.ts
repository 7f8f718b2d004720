import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALARMS } from '../../../src/domain/alarm.ts';
import { pageAt, sectionsOf } from './pages.ts';

/** What a person asks who was told of an alarm. */
const ANSWERS = ['Means', 'Affects', 'First', 'Type', 'Over'];

/** The sections of one alarm each: those below "Alarms", by their title. */
function alarmSections() {
  const sections = sectionsOf(pageAt('docs/runbook.md'));
  const from = sections.findIndex(({ title }) => title === 'Alarms') + 1;
  const after = sections.slice(from);
  return after.slice(
    0,
    after.findIndex(({ level }) => level < 3),
  );
}

test('every alarm has its section in docs/runbook.md, and no section is without its alarm', () => {
  assert.deepEqual(
    alarmSections()
      .map(({ title }) => title)
      .sort(),
    Object.keys(ALARMS).sort(),
  );
});

test('each alarm is told there in the words that people meet, with what to do and how it ends', () => {
  for (const { title, body } of alarmSections()) {
    const told = /^> (.*)$/m.exec(body)?.[1];
    assert.equal(told, ALARMS[title as keyof typeof ALARMS], title);
    const answers = [...body.matchAll(/^- \*\*(\w+)\*\*: \S/gm)].map(([, name]) => name);
    assert.deepEqual(answers, ANSWERS, title);
  }
});
