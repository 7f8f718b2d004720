import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { isGoNewEnough } from '../../../sandbox/setup/temporal-cli-sources.ts';
import {
  cacheFolder,
  findTemporalCli,
  isNewEnough,
  serverVersion,
} from '../../../sandbox/setup/temporal-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'o2-temporal-cli-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A stand-in binary that answers `--version` and nothing else. */
function aBinary(name: string, server: string): string {
  const path = join(folder, name, 'temporal');
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho "temporal version 1.5.1 (Server ${server}, UI 2.42.1)"\n`);
  chmodSync(path, 0o755);
  return path;
}

test('a binary is judged by the version of its server, whatever its own is', () => {
  assert.equal(serverVersion('temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)'), '1.29.1');
  assert.equal(serverVersion('temporal version 1.9.0 (Server 1.32.0-rc.1, UI 2.54.1)'), '1.32.0');
  assert.equal(serverVersion('tctl version 1.18.0'), null);
});

test('versions are compared as numbers, part by part', () => {
  const versions = ['1.28.9', '1.29.0', '1.29.1', '1.29.10', '1.30.0', '2.0.0', '0.99.99'];

  assert.deepEqual(
    versions.map((version) => isNewEnough(version)),
    [false, false, true, true, true, true, false],
  );
});

test('Go 1.25 and newer can build the CLI', () => {
  const versions = ['go1.24.4', 'go1.25', 'go1.26.8', 'go2.0', 'devel go1.27-abc', 'nonsense'];

  assert.deepEqual(versions.map(isGoNewEnough), [false, true, true, true, true, false]);
});

test('TEMPORAL_CLI_PATH comes before PATH, PATH before the cache', async () => {
  const named = aBinary('named', '1.30.0');
  const onPath = aBinary('on-path', '1.31.0');
  const cached = aBinary('cache/o2-archiver/temporal-cli', '1.29.1');
  const environment = { PATH: join(folder, 'on-path'), XDG_CACHE_HOME: join(folder, 'cache') };

  const first = await findTemporalCli({ ...environment, TEMPORAL_CLI_PATH: named });
  const second = await findTemporalCli(environment);
  const third = await findTemporalCli({ ...environment, PATH: join(folder, 'named-not') });

  assert.deepEqual([first.path, second.path, third.path], [named, onPath, cached]);
});

test('a binary with an older server is passed over', async () => {
  const old = aBinary('old', '1.28.0');
  const onPath = aBinary('newer', '1.29.1');

  const found = await findTemporalCli({ TEMPORAL_CLI_PATH: old, PATH: join(folder, 'newer') });

  assert.deepEqual(found, { path: onPath, server: '1.29.1' });
});

test('the cache honours XDG_CACHE_HOME and falls back to the home folder', () => {
  assert.equal(cacheFolder({ XDG_CACHE_HOME: '/x' }), '/x/o2-archiver/temporal-cli');
  assert.equal(cacheFolder({ HOME: '/h' }), '/h/.cache/o2-archiver/temporal-cli');
});
