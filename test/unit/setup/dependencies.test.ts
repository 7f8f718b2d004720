import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { isInstalled, runsLauncher, runsTypeScript } from '../../../bin/dependencies.mjs';

const folder = mkdtempSync(join(tmpdir(), 'o2-dependencies-'));
after(() => rmSync(folder, { recursive: true, force: true }));

type Packages = Readonly<Record<string, object>>;

function aProject(name: string, wanted: Packages, present: Packages | null): string {
  const root = join(folder, name);
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: wanted }));
  if (present !== null) {
    const record = join(root, 'node_modules/.package-lock.json');
    writeFileSync(record, JSON.stringify({ packages: present }));
  }
  return root;
}

const one = { version: '1.0.0', integrity: 'sha512-a' };
const two = { version: '2.0.0', integrity: 'sha512-b' };

test('packages as in the lockfile count as installed', () => {
  const root = aProject('same', { '': {}, 'node_modules/a': one }, { 'node_modules/a': one });

  assert.equal(isInstalled(root), true);
});

test('a changed lockfile, a missing package and an install cut off call for npm ci', () => {
  const changed = aProject('changed', { 'node_modules/a': two }, { 'node_modules/a': one });
  const missing = aProject('missing', { 'node_modules/a': one }, {});
  const cut = aProject('cut', { 'node_modules/a': one }, null);

  assert.deepEqual(
    [changed, missing, cut].map((root) => isInstalled(root)),
    [false, false, false],
  );
});

test('packages for other platforms may be absent, those for development where they are not needed', () => {
  const optional = { ...one, optional: true };
  const development = { ...two, dev: true };
  const root = aProject(
    'left-out',
    { 'node_modules/a': optional, 'node_modules/b': development },
    {},
  );

  assert.equal(isInstalled(root, { withDevelopment: false }), true);
  assert.equal(isInstalled(root), false);
});

test('TypeScript runs from Node 22.18 on, the launcher from Node 20 on', () => {
  const versions = [
    'v18.20.0',
    'v20.20.2',
    'v22.17.1',
    'v22.18.0',
    'v23.5.0',
    'v23.6.0',
    'v24.21.0',
  ];

  assert.deepEqual(versions.map(runsTypeScript), [false, false, false, true, false, true, true]);
  assert.deepEqual(versions.map(runsLauncher), [false, true, true, true, true, true, true]);
});
