import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { fetch } from '../../../src/activities/fetch.ts';
import { toSeconds } from '../../../src/domain/archive-day.ts';
import { RunError } from '../../../src/domain/run-error.ts';
import type { Staging } from '../../../src/staging/staging.ts';
import { packagesOf, type Site } from '../../../src/telemessage/site.ts';
import { activityEnvironment, runActivity } from '../../support/activity-environment.ts';
import { anIndex } from '../../support/builders.ts';
import { fakeConnector, only } from '../../support/fake-connector.ts';
import { memoryStaging } from '../../support/memory-staging.ts';

const DAY = '2026-11-23';
const EARLIER = '2026-11-22';
const WINDOW = ['2026-11-21', EARLIER, DAY];
const AN_HOUR_AGO = toSeconds(Date.now() - 3_600_000);

interface AtSite {
  bytes: Buffer;
  modifiedAt: string;
  /** What really comes when it is read. */
  sent?: Buffer | Error;
}

const nameOf = (day: string, number = 1) =>
  `${day.replaceAll('-', '')}0000-TeleMessage_${String(number)}_20261124010000.zip`;
const aFile = (text: string, over: Partial<AtSite> = {}): AtSite => ({
  bytes: Buffer.from(text),
  modifiedAt: AN_HOUR_AGO,
  ...over,
});

/** A site of files in memory, a staging, and what was asked of the site. */
function place() {
  const files = new Map<string, AtSite>();
  const opened: string[] = [];
  let closed = 0;
  const site: Site = {
    list: async (from, to) =>
      packagesOf(
        [...files].map(([name, { bytes, modifiedAt }]) => ({
          name,
          sizeBytes: bytes.length,
          modifiedAt,
        })),
        from,
        to,
      ),
    async open({ name }) {
      opened.push(name);
      const { bytes, sent = bytes } = files.get(name)!;
      return Readable.from(
        (function* () {
          if (sent instanceof Error) {
            yield bytes.subarray(0, 1);
            throw sent;
          }
          for (const byte of sent) yield Buffer.from([byte]);
        })(),
      );
    },
    close: async () => void (closed += 1),
  };
  const staging = memoryStaging();
  const connector = fakeConnector({ staging, openSite: () => site });
  return {
    files,
    opened,
    staging,
    closed: () => closed,
    fetch: (attempt = 1) =>
      runActivity(
        fetch(only(connector)),
        { connector: 'o2', window: WINDOW },
        activityEnvironment({ attempt }),
      ),
    index: (name: string, delivery: number) =>
      staging.packages.writeIndex(
        anIndex([], { day: DAY, package: name.replace('.zip', ''), delivery }),
      ),
  };
}

async function stagedOf(staging: Staging, day: string) {
  return (await staging.packages.list(day)).map(({ delivery, sizeBytes }) => [delivery, sizeBytes]);
}

describe('fetch', () => {
  it('takes what the site has of the window, and names every delivery, oldest day first', async () => {
    const at = place();
    at.files.set(nameOf(DAY, 2), aFile('two'));
    at.files.set(nameOf(DAY, 1), aFile('one'));
    at.files.set(nameOf(EARLIER), aFile('earlier'));
    at.files.set(nameOf('2026-11-20'), aFile('before the window'));
    at.files.set('notes.txt', aFile('no package'));

    const fetched = await at.fetch();

    assert.deepEqual(
      fetched.packages.map(({ day, isIndexed }) => [day, isIndexed]),
      [
        [EARLIER, false],
        [DAY, false],
        [DAY, false],
      ],
    );
    assert.deepEqual([fetched.newDays.toSorted(), fetched.leftDays], [[EARLIER, DAY], []]);
    assert.equal(at.opened.length, 3);
    assert.equal(at.closed(), 1);
  });

  it('does not fetch again what is staged, and says which of it is indexed', async () => {
    const at = place();
    at.files.set(nameOf(DAY), aFile('one'));
    await at.fetch();
    await at.index(nameOf(DAY), 1);

    const again = await at.fetch();

    assert.equal(at.opened.length, 1);
    assert.deepEqual(again.newDays, []);
    assert.deepEqual(
      again.packages.map(({ isIndexed }) => isIndexed),
      [true],
    );
  });

  it('counts what is staged also when the site has it no longer', async () => {
    const at = place();
    at.files.set(nameOf(DAY), aFile('one'));
    await at.fetch();
    at.files.clear();

    assert.equal((await at.fetch()).packages.length, 1);
  });

  it('leaves a file that is still growing for the next look', async () => {
    const at = place();
    at.files.set(nameOf(DAY), aFile('half', { modifiedAt: toSeconds(Date.now() - 5_000) }));

    const first = await at.fetch();

    assert.deepEqual([first.leftDays, first.packages, first.newDays], [[DAY], [], []]);
    assert.deepEqual(at.opened, []);
    at.files.set(nameOf(DAY), aFile('half and half'));
    const second = await at.fetch();
    assert.deepEqual([second.leftDays, second.packages.length], [[], 1]);
  });

  for (const [how, sent] of [
    ['ends early', Buffer.from('wh')],
    ['is longer than it was listed', Buffer.from('whole and more')],
  ] as const) {
    it(`never lets a transfer stand as a package that ${how}`, async () => {
      const at = place();
      at.files.set(nameOf(DAY), aFile('whole', { sent }));

      await assert.rejects(at.fetch(), (error) => {
        assert.ok(error instanceof RunError);
        assert.deepEqual([error.code, error.isRetryable], ['package-changed', true]);
        return true;
      });

      assert.deepEqual(await stagedOf(at.staging, DAY), []);
      assert.equal(at.closed(), 1, 'the site was left open');
      at.files.set(nameOf(DAY), aFile('whole'));
      await at.fetch();
      assert.deepEqual(await stagedOf(at.staging, DAY), [[1, 5]]);
    });
  }

  it('never lets a transfer stand that broke, keeps what came before it, and goes on from there', async () => {
    const at = place();
    at.files.set(nameOf(EARLIER), aFile('earlier'));
    const broken = new RunError('site-unreachable', 'The connection broke.');
    at.files.set(nameOf(DAY), aFile('whole', { sent: broken }));

    await assert.rejects(at.fetch(), broken);

    assert.deepEqual(await stagedOf(at.staging, DAY), []);
    at.files.set(nameOf(DAY), aFile('whole'));
    const fetched = await at.fetch();
    assert.equal(fetched.packages.length, 2);
    assert.deepEqual(at.opened, [nameOf(EARLIER), nameOf(DAY), nameOf(DAY)]);
  });

  it('names the day of a delivery that an attempt staged whose answer was lost', async () => {
    const at = place();
    at.files.set(nameOf(EARLIER), aFile('late'));
    await at.fetch();

    assert.deepEqual((await at.fetch(2)).newDays, [EARLIER]);
    assert.equal(at.opened.length, 1);
  });

  for (const [what, sent] of [
    ['breaks off every time', new RunError('site-unreachable', 'The connection broke.')],
    ['is shorter than it is listed', Buffer.from('wh')],
    ['may not be opened', new RunError('package-unreadable', 'Not yours.')],
  ] as const) {
    it(`takes the neighbours of a file that ${what}, and leaves it after a minute`, async () => {
      const at = place();
      at.files.set(nameOf(EARLIER), aFile('whole', { sent }));
      at.files.set(nameOf(DAY), aFile('neighbour'));

      if (!(sent instanceof RunError) || sent.isRetryable) await assert.rejects(at.fetch());
      else await at.fetch();
      assert.deepEqual(await stagedOf(at.staging, DAY), [[1, 9]]);
      const last = await at.fetch(6);

      assert.deepEqual([last.leftDays, last.newDays], [[EARLIER], [DAY]]);
      assert.deepEqual(await stagedOf(at.staging, EARLIER), []);
    });
  }

  it('goes on asking a site where one file after the other breaks off', async () => {
    const at = place();
    const broken = new RunError('site-unreachable', 'The connection broke.');
    for (const day of WINDOW) at.files.set(nameOf(day), aFile('whole', { sent: broken }));

    await assert.rejects(at.fetch(6), broken);
    assert.equal(at.opened.length, 2);
  });

  it('gives up a file that drips', async (t) => {
    const at = place();
    at.files.set(nameOf(DAY), aFile('drop by drop'));
    let nowMs = 0;
    t.mock.method(performance, 'now', () => (nowMs += 60_000));

    await assert.rejects(at.fetch(), { code: 'site-unreachable', isRetryable: true });
    assert.deepEqual(await stagedOf(at.staging, DAY), []);
  });

  for (const [what, over] of [
    ['time', { modifiedAt: toSeconds(Date.now() - 1_800_000) }],
    ['size', { bytes: Buffer.from('other bytes') }],
  ] as const) {
    it(`takes a file of another ${what} as the next delivery, and the same file once`, async () => {
      const at = place();
      at.files.set(nameOf(DAY), aFile('bytes'));
      await at.fetch();
      at.files.set(nameOf(DAY), aFile('bytes', over));

      const fetched = await at.fetch();
      for (const delivery of [1, 2]) await at.index(nameOf(DAY), delivery);
      const again = await at.fetch();

      assert.deepEqual(
        (await at.staging.packages.list(DAY)).map(({ delivery }) => delivery),
        [1, 2],
      );
      assert.deepEqual([fetched.newDays, again.newDays], [[DAY], []]);
      assert.equal(at.opened.length, 2);
    });
  }
});
