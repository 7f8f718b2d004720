import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { containerCommand, searchAttributeCommand } from '../../../src/cli/groundwork.ts';
import {
  differences,
  scheduleDefinition,
  wantedFacts,
} from '../../../src/cli/schedule-definition.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { configFolder, ENV, load, MINIMAL, SECRET } from '../config/fixture.ts';

const [connector] = load(MINIMAL).connectors;
if (connector === undefined) throw new Error('the configuration has a connector');

describe('the schedule of a connector', () => {
  it('starts archiveDay once a day in UTC, buffers all and drops nothing', () => {
    const { scheduleId, spec, action, policies } = scheduleDefinition(connector);

    assert.equal(scheduleId, 'o2-archive:o2');
    assert.equal(spec.timezone, 'UTC');
    assert.deepEqual([spec.calendars?.[0]?.hour, spec.calendars?.[0]?.minute], [2, 0]);
    assert.deepEqual(
      [action.workflowType, action.workflowId, action.taskQueue, action.args],
      ['archiveDay', 'o2-day:o2', 'o2-archiver', [{ connector: 'o2' }]],
    );
    assert.deepEqual(policies, {
      overlap: 'BUFFER_ALL',
      catchupWindow: 30 * 86_400_000,
      pauseOnFailure: false,
    });
  });

  it('differs by what is named, before and after', () => {
    const wanted = wantedFacts(connector);

    assert.deepEqual(differences(wanted, wanted), []);
    assert.deepEqual(differences({ ...wanted, overlap: 'SKIP' }, wanted), [
      { what: 'overlap', before: 'SKIP', after: 'BUFFER_ALL' },
    ]);
  });
});

describe('the commands for who may', () => {
  it('create a container at the account of the configuration', () => {
    assert.equal(
      containerCommand(connector, 'o2-archive-books'),
      'az storage container create --auth-mode login --account-name acme --name o2-archive-books',
    );
  });

  it('name the connection string by how a shell reads it, and never show it', () => {
    const [account, byVariable, byFile] = [
      'account: https://acme.blob.core.windows.net',
      'connectionStringEnv: BLOB',
      'connectionStringFile: storage.txt',
    ];
    const commandOf = (place: string) => {
      const path = configFolder(MINIMAL.replace(account, place), { 'storage.txt': SECRET });
      const [one] = loadConfig({ path, env: ENV }).connectors;
      assert.ok(one);
      return containerCommand(one, 'o2-archive-state');
    };

    assert.equal(
      commandOf(byVariable),
      'az storage container create --connection-string "$BLOB" --name o2-archive-state',
    );
    assert.match(commandOf(byFile), /"\$\(cat '\/.*\/storage\.txt'\)" --name o2-archive-state$/);
    assert.ok(!commandOf(byFile).includes(SECRET));
  });

  it('register search attributes with their types', () => {
    assert.equal(
      searchAttributeCommand('default', ['O2Kind', 'O2Items']),
      'temporal operator search-attribute create --namespace default --name O2Kind --type Keyword --name O2Items --type Int',
    );
  });
});
