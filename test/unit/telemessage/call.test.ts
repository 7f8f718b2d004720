import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eml, read, smsHeader } from './emails.ts';

function typed(type: string | null, more: Record<string, string | null> = {}) {
  return smsHeader({ 'X-TELEMESSAGE-MessageType': type, ...more });
}

async function item(header: string[], ...body: string[]) {
  return (await read(eml(...header, '', ...body))).item;
}

describe('a call', () => {
  const call = async (fields: Record<string, string | null>, ...body: string[]) =>
    (await item(typed('voice-call', { Subject: 'Call from A to B', ...fields }), ...body)).call;

  it('takes status and duration from lines of the body', async () => {
    const found = await call({}, 'Call Status: Call OK', 'Duration: 01:02:03', 'Status: x');

    assert.deepEqual(found, {
      medium: 'voice',
      status: 'answered',
      statusAsSent: 'Call OK',
      durationSeconds: 3723,
    });
  });

  it('takes headers before the body', async () => {
    const found = await call(
      { 'X-TELEMESSAGE-CallStatus': '5', 'X-TELEMESSAGE-Duration': '65' },
      'Call Status: Call OK',
      'Duration: 00:00:01',
    );

    assert.deepEqual(
      [found?.status, found?.statusAsSent, found?.durationSeconds],
      ['rejected', '5', 65],
    );
  });

  const statuses: [string, string | null][] = [
    ['1', 'answered'],
    ['2', 'missed'],
    ['3', 'failed'],
    ['4', 'voicemail'],
    ['5', 'rejected'],
    ['6', 'busy'],
    ['7', 'blocked'],
    ['8', 'answered-externally'],
    ['Call OK', 'answered'],
    ['Missed Call', 'missed'],
    ['Failed Call', 'failed'],
    ['Voice Mail', 'voicemail'],
    ['Rejected Call', 'rejected'],
    ['Busy Call', 'busy'],
    ['Blocked Call', 'blocked'],
    ['Answered Externally', 'answered-externally'],
    ['ANSWERED', 'answered'],
    ['Reject', 'rejected'],
    ['No answer', 'unanswered'],
    ['17', null],
    ['constructor', null],
  ];
  for (const [sent, status] of statuses) {
    it(`has status ${status} for "${sent}"`, async () => {
      const found = await call({}, `Call Status: ${sent}`);

      assert.deepEqual([found?.status, found?.statusAsSent], [status, sent]);
    });
  }

  const subjects: [string, string | null, string][] = [
    ['unanswered voice call from A to B', 'unanswered', 'voice'],
    ['O2 unanswered voice call from A to B', 'unanswered', 'voice'],
    ['STATUS - O2 missed video call from A to B', 'missed', 'video'],
    ['O2 Network unanswered voice call from A to B', 'unanswered', 'voice'],
    ['STATUS - O2 Network missed video call from A to B', 'missed', 'video'],
    ['voice call from missed voice call to B', null, 'voice'],
    ['O2 voice call from missed voice call to B', null, 'voice'],
  ];
  for (const [subject, status, medium] of subjects) {
    it(`has status ${status} for subject "${subject}"`, async () => {
      const found = await call({ Subject: subject }, 'x');

      assert.deepEqual([found?.status, found?.medium], [status, medium]);
    });
  }

  it('does not take the delivery of the item for the status of the call', async () => {
    const found = await call({ 'X-TELEMESSAGE-Status': 'Delivered' }, 'x');

    assert.deepEqual([found?.status, found?.statusAsSent], [null, null]);
  });

  it('does not fail by a failed delivery when it lasted', async () => {
    const status = { 'X-TELEMESSAGE-Status': 'Failed' };
    const missed = { ...status, Subject: 'O2 missed voice call from A to B' };

    assert.equal((await call(status, 'Duration: 00:10:00'))?.status, null);
    assert.equal((await call(status, 'Duration: 00:00:00'))?.status, 'failed');
    assert.equal((await call(missed, 'x'))?.status, 'missed');
    const coded = await call({ 'X-TELEMESSAGE-Status': 'Failed Call' }, 'Duration: 00:10:00');
    assert.equal(coded?.status, 'failed');
  });

  const durations: [string, number | null][] = [
    ['00:00:00', 0],
    ['02:03', 123],
    ['65', 65],
    ['65 seconds', 65],
    ['1m 5s', 65],
    ['1 h 2 min 3 sec', 3723],
    ['12m32s', 752],
    ['1h2m3s', 3723],
    ['12min32sec', 752],
    ['1 hour, 2 minutes', 3720],
    ['12 mins.', 720],
    ['65.4s', 65],
    ['PT12M32S', 752],
    ['PT1H', 3600],
    ['PT', null],
    ['752000 ms', 752],
    ['12 months', null],
    ['12m32', null],
    ['2 metres', null],
    ['long', null],
  ];
  for (const [sent, seconds] of durations) {
    it(`lasts ${seconds} for "${sent}"`, async () => {
      assert.equal((await call({}, `Duration: ${sent}`))?.durationSeconds, seconds);
    });
  }

  it('lasts from its start to its end when it tells no duration', async () => {
    const lasted = async (...lines: string[]) => (await call({}, ...lines))?.durationSeconds;
    const start = 'Start Time: 2026-11-23T09:14:05+0000';

    assert.equal(await lasted(start, 'End Time: 2026-11-23T09:26:37+0000'), 752);
    assert.equal(await lasted(start, 'End Time: 2026-11-23 10:14:06 +01:00'), 1);
    assert.equal(await lasted(start, 'End Time: 2026-11-23T09:26:37Z', 'Duration: 10'), 10);
    assert.equal(await lasted(start, 'End Time: 2026-11-23T09:14:04Z'), null);
    assert.equal(await lasted(start, 'End Time: 2026-13-45T99:00:00Z'), null);
    assert.equal(await lasted(start, start), null);
    assert.equal(await lasted('End Time: 2026-11-23T09:26:37Z'), null);
  });

  it('of several legs lasts as long as its longest', async () => {
    const found = await call(
      { Subject: 'Calls with multiple participants' },
      '447700900101 00:01:00',
      '447700900102 00:02:30',
    );

    assert.equal(found?.durationSeconds, 150);
  });

  it('is none for a message', async () => {
    assert.equal((await item(typed('SMS'), 'Call Status: Missed Call')).call, null);
  });
});
