import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { DayResult } from '../../../src/workflows/contracts.ts';
import { deliver, smsEml, type WrittenParty } from '../../support/delivery.ts';
import { openOffice, type Office, type OfficeWorker } from '../../support/office.ts';
import { storageOf } from '../../support/storage.ts';
import { until } from '../../support/until.ts';

const DAY = '2026-10-05';
const FIRM = 'zqfirm.example.com';

const party = (name: string, number: string, address: string): WrittenParty => ({
  name,
  number,
  address,
});
/** Found by his address. */
const MAPPED = party('Quetzalmap', '447700900771', `zq-mapped@${FIRM}`);
/** Found by her number, which the mapping has. */
const IN_CSV = party('Quetzalcsv', '447700900774', 'zq-csv-phone@sms.example.net');
const IN_CSV_USER = `zq-csv@${FIRM}`;
const UNMAPPED = party('Quetzalnone', '447700900773', `zq-unmapped@${FIRM}`);
/** Whose mailbox refuses everything, and Graph says so with his address. */
const REFUSING = party('Quetzalbad', '447700900775', `zq-refusing@${FIRM}`);
const OUTSIDE = party('Quetzalout', '447700900772', 'zq-outside@zqelsewhere.example.net');

const USERS = [MAPPED.address, IN_CSV_USER, REFUSING.address];

const TEXT = 'zqtext Vermilion ocelots at dusk';
const SUBJECT = 'zqsubject Cobalt heron';
const ATTACHMENT = 'zqfile-marmalade.txt';
const SOURCE_ID = 'zqsource';

/** What must stand nowhere; matched letter case apart. */
const OF_ITEMS = [
  'quetzal',
  'zqtext',
  'vermilion ocelots',
  'zqsubject',
  'cobalt heron',
  'zqfile',
  'zqcontent',
  'zqsource',
  'zqbroken',
  'zqgroup',
];
const NUMBERS = [MAPPED, IN_CSV, REFUSING, OUTSIDE].flatMap(({ number }) => formsOf(number));
const ADDRESSES = ['zq-mapped', 'zq-csv', 'zq-refusing', 'zq-outside', 'zqelsewhere'];
/** A report may name these: its reader must act on them. */
const OF_UNMAPPED = [...formsOf(UNMAPPED.number), 'zq-unmapped'];

/** What `+447700900771`, `447700900771`, `07700900771` have in common, and as people write it. */
function formsOf(number: string): string[] {
  const national = number.slice(2);
  const spaced = `${national.slice(0, 4)} ${national.slice(4)}`;
  return [national, spaced];
}

describe('a day of canaries', () => {
  let office: Office;
  let worker: OfficeWorker;
  let secrets: string[];
  const keys = new Map<string, string>();

  before(async () => {
    office = await openOffice({
      startDay: DAY,
      ownDomains: [FIRM],
      users: USERS.map((address, at) => ({
        id: `0c0ffee0-0000-4000-8000-00000000000${String(at)}`,
        userPrincipalName: address,
        mail: address,
        displayName: `Quetzal User ${String(at)}`,
        accountEnabled: true,
      })),
      mappingCsv: `mobileNumber,email\n+${IN_CSV.number},${IN_CSV_USER}\n`,
    });
    const account = /AccountKey=([^;]+)/.exec(office.azurite.connectionString)?.[1] ?? '';
    secrets = [String(office.env['O2_GRAPH_SECRET']), account];
    office.tenant.order({
      kind: 'messages.create',
      mailbox: '0c0ffee0-0000-4000-8000-000000000002',
      times: 0,
      status: 400,
      code: 'ErrorInvalidRecipients',
      message: `Quetzal: the recipient ${REFUSING.address} (${REFUSING.number}) is not valid: ${TEXT}`,
    });
    await deliver(office.siteFolder, { day: DAY, items: deliveredItems() });
    worker = await office.startWorker();

    const { out, err } = await office.cli('run', '--day', DAY, '--wait', '--json');

    const [day] = (JSON.parse(out) as { days: DayResult[] }).days;
    assert.ok(day, err);
    const { items, imported, failed } = day.books;
    assert.deepEqual([day.balances, items, imported, failed], [true, 6, 4, 3], out);
    const [index] = await office.staging.packages.listIndexes(DAY);
    for (const { name, itemKey } of (await office.staging.packages.readIndex(index?.path ?? ''))
      .items) {
      keys.set(name, itemKey);
    }
  });
  after(() => office.stop());

  const everything = () => [...OF_ITEMS, ...NUMBERS, ...ADDRESSES, ...OF_UNMAPPED, ...secrets];

  it('leaves none in any history, search attribute, memo or id of Temporal', async () => {
    const { client } = office.temporal;
    const runs = await until('every workflow is visible', async () => {
      const found = [];
      for await (const run of client.workflow.list()) found.push(run);
      return found.length >= 8 ? found : null;
    });

    let events = 0;
    for (const { workflowId, runId } of runs) {
      const handle = client.workflow.getHandle(workflowId, runId);
      const history = await handle.fetchHistory();
      const { raw } = await handle.describe();
      const said = textsIn({ workflowId, history, raw });
      events += history.events?.length ?? 0;
      assertNone(said, everything(), workflowId);
    }
    assert.ok(events > 100);
  });

  it('leaves none in the files of the Temporal server, its database and its log', () => {
    const { folder } = office.temporal;
    const [itemKey = ''] = keys.values();
    let isFound = false;
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const bytes = read(join(folder, name));
      isFound ||= bytes.includes(itemKey);
      assertNone([bytes.toString('latin1')], everything(), name);
    }
    assert.ok(isFound, 'the database holds no item key: the search finds nothing at all');
  });

  it('leaves none in what the worker prints', () => {
    assertNone([worker.output()], everything(), 'the output of the worker');
  });

  it('leaves none in what status, items and item print, but an entry’s file name and, on a terminal, whose mailbox it is', async () => {
    const [one = '', ...others] = keys.values();
    const asked: string[][] = [
      ['status', '--json'],
      ['status', '--day', DAY],
      ['items', '--day', DAY],
      ['items', '--day', DAY, '--json'],
      ['item', one],
      ...others.map((key) => ['item', key, '--json']),
    ];
    for (const args of asked) {
      const { code, out, err } = await office.cli(...args);
      assert.equal(code, 0, `${args.join(' ')}: ${err}`);
      // The tenant tells `item` the user of a mailbox, for the person who looks; --json has the id alone.
      const mayTell = args[0] === 'item' && !args.includes('--json') ? USERS : [];
      const said = [...keys.keys(), ...mayTell].reduce(
        (text, known) => text.replaceAll(known, '…'),
        out + err,
      );
      assertNone([said], everything(), args.join(' '));
    }
  });

  it('leaves none in indexes, receipts, reports, state, paths and metadata', async () => {
    const storage = storageOf(office);
    let receipts = 0;
    for (const container of ['archive', 'archive-books', 'archive-state'] as const) {
      for (const { path, metadata } of await storage.list(container)) {
        assertNone([path, JSON.stringify(metadata)], everything(), path);
        if (container === 'archive' || path.startsWith('mapping/')) continue;
        const bytes = await storage.read(container, path);
        const text = withoutEntryNames(path, bytes.toString('utf8'));
        const isReport = path.startsWith('reports/');
        const forbidden = everything().filter((one) => !isReport || !OF_UNMAPPED.includes(one));
        assertNone([text], forbidden, path);
        if (path.startsWith('receipts/')) receipts += 1;
      }
    }
    assert.equal(receipts, 6);
  });

  function withoutEntryNames(path: string, text: string): string {
    if (!path.endsWith('.index.json')) return text;
    const index = JSON.parse(text) as { items: { name?: string }[] };
    return JSON.stringify({ ...index, items: index.items.map((item) => ({ ...item, name: '' })) });
  }
});

describe('the search for canaries', () => {
  it('finds them in strings, bytes and base64, letter case apart', () => {
    const inBytes = { payload: { data: Buffer.from('{"a":"xxQUETZALxx"}') } };
    const inBase64 = { data: Buffer.from('so quetzal it is').toString('base64') };
    const asKey = { quetzal: 1 };

    for (const where of ['a Quetzal', inBytes, inBase64, asKey]) {
      assert.throws(() => assertNone(textsIn(where), ['quetzal'], 'here'), /quetzal/);
    }
    assertNone(textsIn({ other: ['words'] }), ['quetzal'], 'here');
  });
});

function deliveredItems() {
  const sms = (nth: string, from: WrittenParty, to: readonly WrittenParty[], owner: string) => ({
    name: `${from.number}_2026100509${nth}00_SMS_00${nth}.eml`,
    eml: smsEml({
      ...{ from, to, owner, subject: `${SUBJECT} ${nth}`, text: `${TEXT} ${nth}` },
      at: `${DAY}T09:${nth}:00Z`,
      sourceId: `${SOURCE_ID}${nth}`,
    }),
  });
  return [
    sms('01', MAPPED, [OUTSIDE], MAPPED.address),
    sms('02', OUTSIDE, [IN_CSV], IN_CSV.address),
    sms('03', UNMAPPED, [OUTSIDE, MAPPED], UNMAPPED.address),
    sms('04', REFUSING, [OUTSIDE], REFUSING.address),
    { name: `${MAPPED.number}_20261005090500_MMS_0005.eml`, eml: mmsEml() },
    {
      name: `${MAPPED.number}_20261005090600_SMS_0006.eml`,
      eml: 'zqbroken: zqbroken 447700900771\r\n\r\nzqbroken zqtext\r\n',
    },
  ];
}

function mmsEml(): string {
  const head = smsEml({
    ...{ from: MAPPED, to: [OUTSIDE], owner: MAPPED.address, subject: `${SUBJECT} mms` },
    ...{ text: '', at: `${DAY}T09:05:00Z`, sourceId: `${SOURCE_ID}mms` },
  });
  const [headers = ''] = head.split('MIME-Version');
  return [
    `${headers.replace('pager-message', 'multimedia-message')}X-TELEMESSAGE-GROUP_NAME: zqgroup`,
    `X-TELEMESSAGE-THREAD_ID: ${SOURCE_ID}thread`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="=_zq"',
    '',
    '--=_zq',
    'Content-Type: text/plain; charset=utf-8',
    '',
    `${TEXT} mms`,
    '--=_zq',
    `Content-Type: text/plain; name="${ATTACHMENT}"`,
    `Content-Disposition: attachment; filename="${ATTACHMENT}"`,
    '',
    'zqcontent',
    '--=_zq--',
    '',
  ].join('\r\n');
}

/** Every text in a value: keys, strings, bytes as UTF-8, and what looks like base64 decoded. */
function textsIn(value: unknown, into: string[] = []): string[] {
  if (typeof value === 'string') {
    into.push(value);
    if (value.length >= 8 && /^[\w+/=-]+$/.test(value)) {
      into.push(Buffer.from(value, 'base64').toString('utf8'));
    }
  } else if (value instanceof Uint8Array) {
    into.push(Buffer.from(value).toString('utf8'));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      into.push(key);
      textsIn(member, into);
    }
  }
  return into;
}

function assertNone(texts: readonly string[], canaries: readonly string[], where: string): void {
  for (const text of texts) {
    const folded = text.toLowerCase();
    const found = canaries.find((canary) => folded.includes(canary.toLowerCase()));
    if (found === undefined) continue;
    const at = folded.indexOf(found.toLowerCase());
    assert.fail(`"${found}" in ${where}: …${text.slice(Math.max(0, at - 120), at + 120)}…`);
  }
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    // A folder, or a file that SQLite has just removed.
    return Buffer.alloc(0);
  }
}
