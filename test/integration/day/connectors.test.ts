import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rmSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Notice } from '../../../src/notify/notifier.ts';
import { administrator } from '../../support/administrator.ts';
import { deliver, smsEml } from '../../support/delivery.ts';
import { openOffice, type Office, type OfficeWorker } from '../../support/office.ts';

const DAY = '2026-10-05';
const READER = {
  id: '0c0ffee0-0000-4000-8000-000000000001',
  userPrincipalName: 'officer@firm.example.com',
  mail: 'officer@firm.example.com',
  displayName: 'Officer',
  accountEnabled: true,
};
const IDS = Array.from({ length: 9 }, (_, at) => `c${String(at + 1)}`);
const DEAD_SITE = 'c3';
const REVOKED_APP = 'c7';

describe('ten connectors, one with a dead site and one with a revoked app', () => {
  let office: Office;
  let worker: OfficeWorker;
  const notices: Notice[] = [];
  const beats: string[] = [];
  const people = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      if (request.method === 'POST') notices.push(JSON.parse(body) as Notice);
      else beats.push((request.url ?? '').slice(1));
      response.end();
    });
  });

  const settingsOf = (id: string, isCured: boolean) => {
    const address = `http://127.0.0.1:${String((people.address() as AddressInfo).port)}`;
    const file = (name: string, text: string) => {
      const path = join(office.siteFolder, '..', `${name}-${id}`);
      writeFileSync(path, text);
      return path;
    };
    const tenant = {
      tenantId: '7f3cf4b5-5a3c-4d0b-9d5c-2f6a3f0e1d11',
      clientId: '11111111-2222-3333-4444-555555555555',
      clientSecretEnv: 'O2_GRAPH_SECRET',
      ownDomains: ['firm.example.com'],
      graphEndpoint: office.tenant.url,
      authorityHost: office.tenant.url,
    };
    const isRevoked = id === REVOKED_APP && !isCured;
    const clientId = '99999999-2222-3333-4444-555555555555';
    return {
      notify: {
        webhookUrlFile: file('webhook', `${address}/hook`),
        heartbeatUrlFile: file('heartbeat', `${address}/${id}`),
      },
      report: { deliverTo: id === 'o2' ? [READER.mail] : [] },
      ...(isRevoked ? { tenant: { ...tenant, clientId } } : {}),
    };
  };
  const configure = (isCured: boolean) => {
    office.configure({
      settings: settingsOf('o2', isCured),
      others: IDS.map((id) => ({ id, settings: settingsOf(id, isCured) })),
    });
  };
  const supply = (id: string) =>
    deliver(id === 'o2' ? office.siteFolder : office.siteFolderOf(id), {
      day: DAY,
      items: [
        {
          name: `${id}.eml`,
          eml: smsEml({
            from: { number: '447700900001', address: READER.mail },
            to: [{ number: '447700900002', address: 'client@elsewhere.example.net' }],
            owner: READER.mail,
            text: `of ${id}`,
            at: `${DAY}T09:00:00Z`,
            sourceId: id,
          }),
        },
      ],
    });
  const run = async () => {
    const { code, out } = await office.cli('run', '--day', DAY, '--wait', '--json');
    const { days } = JSON.parse(out) as { days: { connector: string; outcome: string }[] };
    return { code, outcomes: new Map(days.map(({ connector, outcome }) => [connector, outcome])) };
  };
  const told = () =>
    notices.map(({ state, connector, alarm }) => `${state} ${connector} ${alarm}`).sort();

  before(async () => {
    await once(people.listen(0, '127.0.0.1'), 'listening');
    office = await openOffice({
      startDay: DAY,
      users: [READER],
      ownDomains: ['firm.example.com'],
      mappingCsv: null,
      others: IDS.map((id) => ({ id })),
    });
    for (const id of ['o2', ...IDS]) await supply(id);
    rmSync(office.siteFolderOf(DEAD_SITE), { recursive: true });
    configure(false);
    worker = await office.startWorker();
  });
  after(async () => {
    await office.stop();
    people.close();
  });

  it('archives eight days, tells two alarms once each, and the monitor hears the eight', async () => {
    const first = await run();
    await run();

    assert.equal(first.code, 1);
    const sound = ['o2', ...IDS].filter((id) => id !== DEAD_SITE && id !== REVOKED_APP);
    for (const id of sound) assert.equal(first.outcomes.get(id), 'complete', id);
    assert.deepEqual(told(), [
      `raised ${DEAD_SITE} site-folder-missing`,
      `raised ${REVOKED_APP} tenant-refused`,
    ]);
    assert.deepEqual([...new Set(beats)].sort(), sound.toSorted());
    const status = await office.cli('status', '--connector', DEAD_SITE);
    assert.match(status.out, /ALARM since .*: site-folder-missing/);
  });

  it('tells the end of each once after the cure', async () => {
    mkdirSync(office.siteFolderOf(DEAD_SITE));
    await supply(DEAD_SITE);
    configure(true);
    await worker.stop();
    worker = await office.startWorker();
    beats.length = 0;

    const cured = await run();
    await run();

    assert.equal(cured.code, 0);
    assert.deepEqual(told().slice(0, 2), [
      `ended ${DEAD_SITE} site-folder-missing`,
      `ended ${REVOKED_APP} tenant-refused`,
    ]);
    assert.equal(notices.length, 4);
    assert.equal(new Set(beats).size, 10);
    assert.ok(!JSON.stringify(notices).includes('firm.example.com'));
  });

  it('brought the report into its reader’s Inbox once, unread, with page and table', async () => {
    const box = await administrator(office).mailbox(READER.id, 'Inbox');

    const reports = box?.messages.filter(({ categories }) => categories.includes('O2 report'));
    assert.equal(reports?.length, 1);
    const [report] = reports;
    assert.deepEqual([report?.isRead, report?.isDraft], [false, false]);
    assert.match(report?.subject ?? '', /^O2 archive 2026-10-05: complete, the books balance/);
    const html = await office.staging.reports.read(DAY, 1, 'html');
    assert.equal(report?.attachments.length, 2);
    assert.ok(html !== null && html.length > 0);
    await worker.stop();
  });
});
