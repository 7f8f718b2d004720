import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { prepareInputs } from '../../../sandbox/inputs.ts';
import { parseOptions, UsageError } from '../../../sandbox/options.ts';
import { statePaths } from '../../../sandbox/state.ts';

const folder = mkdtempSync(join(tmpdir(), 'o2-inputs-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function prepare(name: string, argv: readonly string[]) {
  const paths = statePaths(join(folder, name));
  mkdirSync(paths.root, { recursive: true });
  const options = parseOptions(argv);
  assert.ok(options);
  return prepareInputs(options, paths);
}

function aDirectory(name: string, files: readonly string[]): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const file of files) writeFileSync(join(path, file), 'x');
  return path;
}

test('given packages are served, and their newest day is the day', async () => {
  const packages = aDirectory('packages', [
    '202611200000-TeleMessage_1_20261121000101.zip',
    '202611220000-TeleMessage_1_20261123000101.zip',
    '202611210000-TeleMessage_1_20261122000101.zip',
    'readme.txt',
  ]);

  const inputs = await prepare('given', ['--packages', packages]);

  assert.equal(inputs.day, '2026-11-22');
  assert.equal(inputs.startDay, '2026-10-23');
  assert.equal(inputs.mappingFile, null);
  assert.deepEqual(readdirSync(join(inputs.siteDirectory, 'outgoing')).length, 4);
});

test('a missing directory, one without packages and a missing file are said at once', async () => {
  const empty = aDirectory('empty', ['notes.txt']);

  await assert.rejects(prepare('a', ['--packages', empty]), UsageError);
  await assert.rejects(prepare('b', ['--packages', join(folder, 'not')]), /there is no such/);
  await assert.rejects(prepare('c', ['--users', join(folder, 'not.json')]), /There is no file/);
});

test('our domains are those of the users, from every address they have', async () => {
  const users = join(folder, 'users.json');
  const user = {
    id: '1',
    userPrincipalName: 'a@One.example',
    mail: 'a@two.example',
    displayName: 'A',
    accountEnabled: true,
    proxyAddresses: ['SMTP:a@two.example', 'smtp:a@three.example'],
  };
  writeFileSync(users, JSON.stringify([user]));

  const packages = aDirectory('one', ['202611200000-TeleMessage_1_20261121000101.zip']);

  const inputs = await prepare('users', ['--users', users, '--packages', packages]);

  assert.deepEqual(inputs.ownDomains, ['one.example', 'two.example', 'three.example']);
});
