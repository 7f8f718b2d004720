import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { TemporalAccess } from '../../../src/cli/session.ts';
import type { View } from '../../../src/cli/views.ts';
import { hasBrowser } from '../../../src/config/browser.ts';
import { REASONS } from '../../../src/domain/reason.ts';
import { MINIMAL } from '../config/fixture.ts';
import type { Around } from './typed.ts';
import { typed } from './typed.ts';

const TWO = MINIMAL + MINIMAL.replace('\nconnectors:\n', '').replaceAll(/\bo2\b/g, 'second');

const temporal = {
  client: { connection: { close: () => Promise.resolve() } },
  namespace: 'my space',
} as unknown as TemporalAccess;

async function views(argv: readonly string[], around: Around = {}) {
  const opened: string[] = [];
  const said = await typed(['views', ...argv], {
    connectTemporal: () => Promise.resolve(temporal),
    openLink: (url) => Promise.resolve(opened.push(url) > 0),
    ...around,
  });
  return { ...said, opened };
}

async function listed(...argv: string[]): Promise<ReadonlyMap<string, View>> {
  const { out } = await views([...argv, '--json']);
  return new Map((JSON.parse(out) as { views: View[] }).views.map((view) => [view.id, view]));
}

describe('the views', () => {
  it('are links whose query the Web UI reads', async () => {
    const url = new URL((await listed()).get('days')?.url ?? '');

    assert.equal(url.pathname, '/namespaces/my%20space/workflows');
    assert.equal(
      url.searchParams.get('query'),
      "WorkflowType = 'archiveDay' AND O2Connector = 'o2'",
    );
  });

  it('answer what operators ask: days, what runs, held by reason, failed, slow, a connector', async () => {
    const all = await listed();

    const query = (id: string) => all.get(id)?.query;
    const items = "WorkflowType = 'archiveItem' AND O2Connector = 'o2'";
    assert.match(query('running') ?? '', /archiveDay.* AND ExecutionStatus = 'Running'$/);
    assert.equal(query('unmapped'), `${items} AND O2Outcome = 'unmapped'`);
    assert.equal(
      query('yesterday'),
      `${items} AND ExecutionStatus = 'Failed' AND O2ArchiveDay = '2026-12-23'`,
    );
    assert.equal(query('items-slow'), `${items} AND ExecutionDuration > '1m'`);
    assert.equal(query('connector'), "O2Connector = 'o2'");
    for (const reason of Object.keys(REASONS)) {
      assert.equal(query(reason), `${items} AND O2Reason = '${reason}'`);
    }
    assert.match(all.get('schedule')?.url ?? '', /\/schedules\/o2-archive%3Ao2$/);
  });

  it('are those of one day where one is asked for', async () => {
    const all = await listed('--day', '2026-12-01');

    for (const { query } of all.values()) {
      if (query !== null) assert.match(query, /O2ArchiveDay = '2026-12-01'/);
    }
    assert.ok(!all.has('yesterday'));
  });

  it('are shown one by one too, and an unknown one is answered with those that there are', async () => {
    const { out, opened } = await views(['unmapped']);
    const unknown = await views(['nope']);

    assert.match(out, /^o2\n {2}unmapped: items without a mailbox\n {4}http:\/\/ui\/\S+$/);
    assert.deepEqual(opened, []);
    assert.equal(unknown.code, 2);
    assert.match(unknown.err, /no view "nope"; there are: days, running, .*, schedule\./);
  });
});

describe('views NAME --open', () => {
  it('opens the link, and prints it all the same', async () => {
    const { code, out, err, opened } = await views(['unmapped', '--open']);
    const json = await views(['unmapped', '--open', '--json']);

    assert.equal(code, 0);
    assert.equal(opened.length, 1);
    assert.ok(out.includes(opened[0] ?? '?'));
    assert.equal(err, '');
    assert.equal((JSON.parse(json.out) as { opened: boolean }).opened, true);
  });

  it('says so where no browser is', async () => {
    const { code, out, err } = await views(['days', '--open'], {
      openLink: () => Promise.resolve(false),
    });

    assert.equal(code, 0);
    assert.match(out, /http:\/\/ui/);
    assert.match(err, /No browser can be opened from here/);
  });

  it('opens one link at a time, by name', async () => {
    const nothing = await views(['--open']);
    const two = await views(['days', '--open'], { yaml: TWO });
    const one = await views(['days', '--open', '--connector', 'second'], { yaml: TWO });

    assert.deepEqual([nothing.code, two.code, one.code], [2, 2, 0]);
    assert.match(two.err, /add --connector with one of o2, second/);
    assert.deepEqual([two.opened.length, one.opened.length], [0, 1]);
  });

  it('opens nothing that is not a web page', async () => {
    const { code, err, opened } = await views(['days', '--open'], { webUi: '-a Calculator' });

    assert.equal(code, 2);
    assert.match(err, /O2_TEMPORAL_UI is no address of a web page/);
    assert.deepEqual(opened, []);
  });
});

describe('a browser', () => {
  it('is where somebody sees it: not over SSH, and on Linux with a desktop or in WSL', () => {
    assert.equal(hasBrowser({}, 'darwin'), true);
    assert.equal(hasBrowser({}, 'linux'), false);
    assert.equal(hasBrowser({ DISPLAY: ':0' }, 'linux'), true);
    assert.equal(hasBrowser({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux'), true);
    assert.equal(hasBrowser({ WSL_DISTRO_NAME: 'Ubuntu' }, 'linux'), true);
    assert.equal(hasBrowser({ DISPLAY: ':10', SSH_CONNECTION: 'a 1 b 22' }, 'linux'), false);
    assert.equal(hasBrowser({ SSH_TTY: '/dev/pts/1' }, 'darwin'), false);
  });
});
