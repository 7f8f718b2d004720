import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

import { startSite, type RunningSite } from '../../../sandbox/site/site.ts';
import { administrator } from '../../support/administrator.ts';
import { deliver, smsEml } from '../../support/delivery.ts';
import { CLIENT_ID, openOffice, TENANT_ID, type Office } from '../../support/office.ts';
import { KEYS, onTerminal, type PseudoTerminal } from '../../support/pseudo-terminal.ts';

const CLIENT = fileURLToPath(new URL('../../../src/client.ts', import.meta.url));
const DAY = '2026-11-23';
const PASSWORD = 'canary-31d0-password';
const FIRM = 'tarnvesper.example.com';
const { enter, down, clear, interrupt } = KEYS;

/** What is waited for, and what is typed then. */
type Dialogue = readonly (readonly [shown: string | RegExp, typed: string])[];

describe('setup, on a terminal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'o2-setup-terminal-'));
  const file = join(folder, 'office', 'o2-archiver.yaml');
  const terminals: PseudoTerminal[] = [];
  let office: Office;
  let site: RunningSite;

  before(async () => {
    office = await openOffice({ startDay: DAY });
    const packages = join(folder, 'site', 'outgoing');
    mkdirSync(packages, { recursive: true });
    const [imogen, callum] = ['imogen.vesper', 'callum.tarn'].map((name) => `${name}@${FIRM}`);
    const eml = smsEml({
      from: { number: '447700900101', address: imogen ?? '' },
      to: [{ number: '447700900102', address: callum ?? '' }],
      owner: imogen ?? '',
      text: 'The first message of a new connector.',
      at: `${DAY}T09:00:00Z`,
      sourceId: 'setup-1',
    });
    await deliver(packages, { day: DAY, items: [{ name: '1.eml', eml }] });
    site = await startSite({
      directory: join(folder, 'site'),
      username: 'acme',
      password: PASSWORD,
      hostKeyFile: join(folder, 'host-key'),
      port: 0,
    });
  });

  after(async () => {
    for (const terminal of terminals) terminal.kill();
    await site.stop();
    await office.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (): PseudoTerminal => {
    const stands = ['--graph-endpoint', office.tenant.url, '--authority-host', office.tenant.url];
    const terminal = onTerminal([CLIENT, 'setup', '--config', file, ...stands], office.env);
    terminals.push(terminal);
    return terminal;
  };
  const talk = async (terminal: PseudoTerminal, dialogue: Dialogue): Promise<void> => {
    for (const [shown, typed] of dialogue) {
      await terminal.shows(shown);
      terminal.type(typed);
    }
  };

  it('leads from nothing to the first archived day, over wrong answers and a break', async () => {
    const again = clear;
    const first = open();
    await talk(first, [
      ['Do you accept', 'n'],
      ['nothing is set up', ''],
      ['Do you accept', 'y'],
      ['Id of the connector', `O2!${enter}`],
      ['must be 1 to 32 lower-case', `${again}o2${enter}`],
      ['First day to archive', `yesterday${enter}`],
      ['must be a day', `${again}${DAY}${enter}`],
      ['Do you have what it needs', enter],
      ['Where does TeleMessage deliver', enter],
      ['Host of the TeleMessage', `127.0.0.1${enter}`],
      ['Port', `1${enter}`],
      ['does not answer. Check host, port and firewall', ''],
      ['What now?', enter],
      ['Where does TeleMessage deliver', enter],
      ['Host of the TeleMessage', enter],
      ['Port', `${String(site.port)}${enter}`],
      ['Is it the one that TeleMessage told you', ''],
      [site.fingerprint, enter],
      ['User name', `acme${enter}`],
      ['How does it log in?', enter],
      ['where is it?', enter],
      [/Password of the TeleMessage account\s*│?\s*\n/u, `not-the-password${enter}`],
      ['Folder of the packages', enter],
      ['refused the login', ''],
      ['What now?', enter],
      ['Where does TeleMessage deliver', enter],
      ['Host of the TeleMessage', enter],
      ['Port', enter],
      ['Is it the one that TeleMessage told you', enter],
      ['User name', enter],
      ['How does it log in?', enter],
      ['where is it?', `${down}${enter}`],
      [/Password of the TeleMessage account\s*│?\s*\n/u, `${PASSWORD}${enter}`],
      ['Folder of the packages', enter],
      ['login works', ''],
      ['Do you have what it needs', enter],
      ['How does it log in to the storage account?', `${down}${enter}`],
      ['where is it?', enter],
      [
        /Connection string of the storage account\s*\n/u,
        `${office.azurite.connectionString}${enter}`,
      ],
      ['Name of the content container', `O2${enter}`],
      ['must be 3 to 57', `${again}o2-archive${enter}`],
      ['it answers; made at the finish', ''],
      ['Do you have what it needs', enter],
      ['Microsoft 365 cloud', enter],
      ['Directory (tenant) id', interrupt],
      ['Go on: o2-archiver setup --config', ''],
    ]);
    assert.equal(await first.exitCode(), 130);
    assert.deepEqual(readdirSync(join(folder, 'office')), ['o2-archiver.draft.json']);

    const second = open();
    await talk(second, [
      ['where is it?', enter],
      [/Password of the TeleMessage account\s*│?\s*\n/u, `${PASSWORD}${enter}`],
      ['login works', ''],
      ['where is it?', enter],
      [
        /Connection string of the storage account\s*\n/u,
        `${office.azurite.connectionString}${enter}`,
      ],
      ['it answers', ''],
      ['Directory (tenant) id', `${TENANT_ID}${enter}`],
      ['How does the app prove', `${down}${enter}`],
      ['Application (client) id', `${CLIENT_ID}${enter}`],
      ['where is it?', enter],
      [/Client secret \(its value, not its id\)\s*\n/u, `not-the-secret${enter}`],
      ['Your domains', `nonsense${enter}`],
      ['must be a domain', `${again}${FIRM}${enter}`],
      ['Right side of every Message-ID', enter],
      ['A mailbox in the scope', `callum.tarn@${FIRM}${enter}`],
      ['The client secret is wrong', ''],
      ['What now?', enter],
      ['Microsoft 365 cloud', enter],
      ['Directory (tenant) id', enter],
      ['How does the app prove', enter],
      ['Application (client) id', enter],
      ['where is it?', `${down}${enter}`],
      [
        /Client secret \(its value, not its id\)\s*\n/u,
        `${office.env['O2_GRAPH_SECRET'] ?? ''}${enter}`,
      ],
      ['Your domains', enter],
      ['Right side of every Message-ID', enter],
      ['A mailbox in the scope', enter],
      ['the mailbox that was tried answers', ''],
      ['Automatic mapping', enter],
      ['Custom mapping', enter],
      ['Country of numbers', `gbr${enter}`],
      ['two capital letters', `${again}GB${enter}`],
      ['The CSV file', `${join(folder, 'nowhere.csv')}${enter}`],
      ['there is no file', ''],
      ['What now?', enter],
      ['Automatic mapping', enter],
      ['Custom mapping', enter],
      ['Country of numbers', enter],
      ['The CSV file', `${mappingFile()}${enter}`],
      ['1 row, no fault', ''],
      ['Do you have what it needs', enter],
      ['When does the daily run start', `25:00${enter}`],
      ['must be a time of UTC', `${again}02:00${enter}`],
      ['Until when does it wait', enter],
      ['How many days back', enter],
      ['Nothing of it is written yet', ''],
      ['Review: finish', enter],
      ['Written:', ''],
      ['schedule o2-archive:o2: created', ''],
      ['A day to archive now', ''],
    ]);
    office.env['O2_ARCHIVER_CONFIG'] = file;
    await office.startWorker();
    second.type(`${DAY}${enter}`);
    await second.shows(/First without writing|complete/u);
    if (second.screen().includes('First without writing')) second.type('n');
    await second.shows('It is set up');
    assert.equal(await second.exitCode(), 0);
    assert.ok(!`${first.screen()}${second.screen()}`.includes(PASSWORD));
  });

  it('has left one configuration, secrets that only their owner reads, and a message in each mailbox', async () => {
    const { connectors } = parse(readFileSync(file, 'utf8')) as {
      connectors: { source: { sftp: { hostKey: string; passwordFile: string } } }[];
    };
    const secrets = join(folder, 'office', 'secrets');
    const mailboxes = administrator(office);
    const found: number[] = [];
    for (const user of await mailboxes.users()) {
      const messages = (await mailboxes.mailbox(user))?.messages ?? [];
      if (messages.length > 0) found.push(messages.length);
    }

    assert.equal(connectors[0]?.source.sftp.hostKey, site.fingerprint);
    assert.equal(statSync(secrets).mode & 0o777, 0o700);
    assert.deepEqual(readdirSync(secrets).sort(), [
      'o2-client-secret',
      'o2-sftp-password',
      'o2-storage-connection-string',
    ]);
    assert.deepEqual(readdirSync(join(folder, 'office')).sort(), ['o2-archiver.yaml', 'secrets']);
    assert.deepEqual(found, [1, 1]);
  });

  function mappingFile(): string {
    const path = join(folder, 'users.csv');
    writeFileSync(path, `mobileNumber,email\n+447700900102,callum.tarn@${FIRM}\n`);
    return path;
  }
});
