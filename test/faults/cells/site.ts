import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SiteFault } from '../../../sandbox/site/faults.ts';
import { until } from '../../support/until.ts';
import type { Cell, Stage } from '../cell.ts';
import { finished } from '../finished.ts';
import { overSftp } from '../sftp.ts';

/** A package of a text and a picture, two copies each. */
async function aPackage({ cast, make, deliver }: Stage, number = 1): Promise<string> {
  const items = [
    make.sms({ from: cast.ann, to: [cast.ben] }),
    make.mms({ from: cast.ben, to: [cast.cat] }),
  ];
  return deliver(items, { number });
}

/** A fault that the site gets over: the day goes well in one run. */
const PASSING: readonly {
  id: string;
  row: string;
  title: string;
  end: string;
  fault: SiteFault;
  isQuick?: boolean;
}[] = [
  {
    id: 'F28-backwards',
    row: 'F28',
    title: 'each listing of the site comes in another order',
    end: 'every package is taken once',
    fault: { request: 'list', outcome: 'backwards', times: 0 },
  },
  {
    id: 'F27-doubled-listing',
    row: 'F27',
    title: 'the listing names every file twice',
    end: 'every package is taken once',
    fault: { request: 'list', outcome: 'doubled', times: 0 },
  },
  {
    id: 'F28-reset',
    row: 'F28',
    title: 'the connection to the site breaks in the middle of a file',
    end: 'nothing of the half file stands; it is fetched anew over a new connection',
    fault: { request: 'read', outcome: 'reset', after: 1 },
    isQuick: true,
  },
  {
    id: 'F48-site',
    row: 'F48',
    title: 'the site stops answering in the middle of a file',
    end: 'given up after half a minute and fetched anew',
    fault: { request: 'read', outcome: 'hang', after: 1 },
  },
];

const PASSING_CELLS = PASSING.map(({ fault, ...cell }): Cell => ({
  ...cell,
  play: (stage) =>
    overSftp(stage, async ({ site }) => {
      await aPackage(stage, 1);
      await aPackage(stage, 2);
      site.faults.order(fault);
      await stage.startWorker();
      const { outcome, books } = finished(await stage.runDay());
      assert.deepEqual([outcome, books.imported, books.skipped], ['complete', 8, 0]);
    }),
}));

/** F26–F28, F30–F32, F48: a site that lies, locks, breaks and delivers late. */
export const SITE_CELLS: readonly Cell[] = [
  ...PASSING_CELLS,
  {
    id: 'F26-page',
    row: 'F26',
    title: 'the listing lacks half of its files; the next one has them',
    end: 'what was missing comes with the next run, late, and the report names it',
    play: (stage) =>
      overSftp(stage, async ({ site }) => {
        await aPackage(stage, 1);
        const missed = await aPackage(stage, 2);
        site.faults.order({ request: 'list', outcome: 'half' });
        await stage.startWorker();
        assert.equal(finished(await stage.runDay()).books.imported, 4);
        const { books } = finished(await stage.runDay());
        const report = await stage.office.staging.reports.latest(stage.day);
        assert.equal(books.imported, 8);
        assert.equal(report?.packages.find(({ name }) => name === missed)?.isLate, true);
      }),
  },
  {
    id: 'F26-short',
    row: 'F26',
    title: 'a file is shorter than the listing says, all the time; another one is whole',
    end: 'the other is taken; the short one never stands as a package and is taken once it is whole',
    play: (stage) =>
      overSftp(stage, async ({ site }) => {
        const name = await aPackage(stage, 1);
        await aPackage(stage, 2);
        site.faults.pretend(`${name}.zip`, { sizeBytes: 900_000 });
        await stage.startWorker();
        const taken = finished(await stage.runDay()).books.imported;
        assert.equal(taken, 4, 'the short file was taken for a package');
        site.faults.clear();
        assert.equal(finished(await stage.runDay()).books.imported, 8);
      }),
  },
  {
    id: 'F26-growing',
    row: 'F26',
    title: 'the only package of the day is still being written',
    end: 'left alone and said so (package-not-ready); the next run takes it whole',
    async play(stage) {
      const items = [stage.make.sms({ from: stage.cast.ann, to: [stage.cast.ben] })];
      const name = await stage.deliver(items, { changedAt: new Date(Date.now() + 60_000) });
      await stage.startWorker();
      const { failure } = await stage.runDay();
      assert.equal(failure?.type, 'package-not-ready');
      const anHourAgo = new Date(Date.now() - 3_600_000);
      utimesSync(join(stage.office.siteFolder, `${name}.zip`), anHourAgo, anHourAgo);
      assert.equal(finished(await stage.runDay()).books.imported, 2);
    },
  },
  {
    id: 'F26-vanished',
    row: 'F26',
    title: 'a file is listed and gone when it is opened',
    end: 'its neighbour is taken; it is taken when it is there again',
    play: (stage) =>
      overSftp(stage, async ({ site }) => {
        const name = await aPackage(stage, 1);
        await aPackage(stage, 2);
        site.faults.order({ request: 'open', file: `${name}.zip`, outcome: 'missing' });
        await stage.startWorker();
        assert.equal(finished(await stage.runDay()).books.imported, 4);
        assert.equal(finished(await stage.runDay()).books.imported, 8);
      }),
  },
  {
    id: 'F31-html',
    row: 'F31',
    title: 'in place of the package lies an HTML error page of its name',
    end: 'staged as it is, refused as no zip, the day is not "complete"; the right file is taken',
    async play(stage) {
      const { office, truth, day } = stage;
      const name = `${day.replaceAll('-', '')}0000-TeleMessage_1_20261125010000`;
      const path = join(office.siteFolder, `${name}.zip`);
      const page = Buffer.from('<!DOCTYPE html><title>503</title><h1>Please try again later</h1>');
      writeFileSync(path, page);
      const anHourAgo = new Date(Date.now() - 3_600_000);
      utimesSync(path, anHourAgo, anHourAgo);
      const sha256 = createHash('sha256').update(page).digest('hex');
      truth.delivered({ day, package: name, sha256, items: [], isRefused: true });
      await stage.startWorker();
      const { outcome } = finished(await stage.runDay());
      const report = await office.staging.reports.latest(day);
      assert.deepEqual([outcome, report?.packages[0]?.reason], ['partial', 'not-a-zip']);
      await aPackage(stage);
      assert.equal(finished(await stage.runDay()).books.imported, 4);
    },
  },
  {
    id: 'F31-nothing',
    row: 'F31',
    title: 'the site has no package of the day, then one that says Count: 0',
    end: 'no-delivery is red and an alarm; only Count: 0 makes an empty day',
    async play(stage) {
      await stage.startWorker();
      const { failure } = await stage.runDay();
      assert.equal(failure?.type, 'no-delivery');
      await stage.deliver([]);
      const { outcome, balances } = finished(await stage.runDay());
      assert.deepEqual([outcome, balances], ['empty', true]);
    },
  },
  {
    id: 'F32-locked',
    row: 'F32',
    title: 'the account at the site is locked; later it is opened again',
    end: 'one try and no guessing: the day fails as site-login-refused; then the command ends it',
    play: (stage) =>
      overSftp(stage, async ({ site }) => {
        await aPackage(stage);
        site.changePassword(null);
        await stage.startWorker();
        const { failure } = await stage.runDay();
        assert.equal(failure?.type, 'site-login-refused');
        assert.equal(site.refusedLogins(), 1);
        site.changePassword(String(stage.office.env['O2_SITE_PASSWORD']));
        assert.equal(finished(await stage.runDay()).books.imported, 4);
      }),
  },
  {
    id: 'F32-host-key',
    row: 'F32',
    title: 'the site shows another host key than the pinned one',
    end: 'not logged in, both are told; after the new one is pinned and the worker restarted, done',
    play: (stage) =>
      overSftp(stage, async ({ site, pin }) => {
        await aPackage(stage);
        const shown = site.changeHostKey();
        const worker = await stage.startWorker();
        const { failure } = await stage.runDay();
        assert.equal(failure?.type, 'site-host-key');
        assert.ok(failure.message.includes(shown));
        assert.equal(site.logins(), 0);
        await worker.stop();
        pin(shown);
        await stage.startWorker();
        assert.equal(finished(await stage.runDay()).books.imported, 4);
      }),
  },
  {
    id: 'F32-away',
    row: 'F32',
    title: 'the site refuses to answer when the day begins, and answers later',
    end: 'tried again with patience until it answers',
    play: (stage) =>
      overSftp(stage, async ({ site }) => {
        await aPackage(stage);
        site.faults.order({ request: 'list', outcome: 'reset', times: 3 });
        await stage.startWorker();
        const day = await stage.startDay();
        await until('it logged in again', () => (site.logins() >= 3 ? true : null));
        assert.equal(finished(await day.end()).books.imported, 4);
      }),
  },
];
