import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { expectedBooks, sampleExpectation } from '../../../sandbox/sample/expectation.ts';
import { sampleItems } from '../../../sandbox/sample/items.ts';
import { PEOPLE, personOf, type PersonId } from '../../../sandbox/sample/people.ts';
import {
  SAMPLE_MAPPING_CSV,
  SAMPLE_OWN_DOMAINS,
  SAMPLE_UNMAPPED,
  SAMPLE_USERS,
  userId,
} from '../../../sandbox/sample/users.ts';
import { SAMPLE_DAY } from '../../../sandbox/sample/write-sample.ts';

const EXPECTED = sampleExpectation(SAMPLE_DAY);
const ITEMS = sampleItems(SAMPLE_DAY);

const having = (label: RegExp) => EXPECTED.filter((item) => label.test(item.label));
const flagged = (flag: string) =>
  EXPECTED.filter(({ flags }) => (flags as readonly string[]).includes(flag));

function usersWith(address: string) {
  return SAMPLE_USERS.filter(({ userPrincipalName, mail, proxyAddresses = [] }) =>
    [userPrincipalName, mail, ...proxyAddresses.map((proxy) => proxy.replace(/^smtp:/i, ''))].some(
      (each) => each.toLowerCase() === address.toLowerCase(),
    ),
  );
}

suite('the sample expectation', () => {
  test('has 120 items at least, of each kind, between 06:50 and 19:40', () => {
    assert.ok(EXPECTED.length >= 120);
    for (const kind of ['sms', 'mms', 'call']) {
      assert.ok(EXPECTED.filter((item) => item.kind === kind).length >= 10, kind);
    }
    for (const { at, flags } of EXPECTED) {
      if (flags.includes('late') || flags.includes('time-corrected')) continue;
      assert.ok(at >= `${SAMPLE_DAY}T06:50:00Z` && at <= `${SAMPLE_DAY}T19:40:00Z`, at);
    }
  });

  test('agrees with the tenant and the mapping about where each person has a mailbox', () => {
    const rows = SAMPLE_MAPPING_CSV.trim()
      .split('\n')
      .slice(1)
      .map((row) => row.split(',') as [string, string]);

    for (const id of Object.keys(PEOPLE) as PersonId[]) {
      const { number, address, standing, user } = personOf(id);
      const row = rows.find(([typed]) => number.endsWith(typed.replaceAll(' ', '').slice(-10)));
      const found = [row?.[1], address]
        .flatMap((each) => (typeof each === 'string' ? usersWith(each) : []))
        .find(({ mailbox }) => mailbox !== 'none');
      const isOurs = row !== undefined || SAMPLE_OWN_DOMAINS.includes(address?.split('@')[1] ?? '');

      assert.equal(found?.id ?? null, user === null ? null : userId(user), id);
      assert.equal(isOurs, standing !== 'outside', id);
    }
  });

  test('keeps every case of the day: held, served beside a held one, both captures', () => {
    const laptop = having(/^new-laptop\//);

    assert.ok(laptop.every(({ held }) => held.join() === 'no-user'));
    assert.ok(laptop.every(({ mailboxes }) => mailboxes.join() === userId(111)));
    assert.ok(having(/^spare-parts/).every(({ mailboxes }) => mailboxes.length === 0));
    assert.ok(having(/^first-day/).every(({ held }) => held.join() === 'no-mailbox'));
    assert.deepEqual(
      new Set(having(/^late-train\//).map(({ owner }) => owner)),
      new Set(['tomos@tarnvesper.example.com', 'priya.raghunathan@tarnvesper.example.com']),
    );
    assert.ok(having(/^late-train\//).every(({ mailboxes }) => mailboxes.length === 2));
    assert.ok(having(/^hamburg\//).every(({ owner }) => owner === null));
    assert.ok(having(/^freight-desk\//).every(({ mailboxes }) => mailboxes.join() === userId(105)));
    assert.equal(SAMPLE_UNMAPPED.number, `+${PEOPLE.sol.number}`);
  });

  test('flags one late item, one thousandfold date, one sealed body, one loss at the source', () => {
    assert.equal(flagged('late').length, 1);
    assert.equal(flagged('late')[0]?.at.slice(0, 10), '2026-11-22');
    assert.equal(flagged('time-corrected').length, 1);
    assert.equal(flagged('time-corrected')[0]?.at, `${SAMPLE_DAY}T00:00:00Z`);
    assert.equal(flagged('encrypted').length, 1);
    assert.equal(flagged('files-removed-at-source').length, 1);
    assert.equal(flagged('connected-without-recording').length, 1);
    assert.equal(flagged('delivered-before').length, 1);
    for (const flag of ['edit', 'delete-for-all', 'delete-for-me', 'system']) {
      assert.ok(flagged(flag).length > 0, flag);
    }
  });

  test('has edits and deletions that point at an item of the day', () => {
    const changes = ITEMS.filter(({ sourceId }) => /^[A-Z_]+-/.test(sourceId));

    assert.equal(changes.length, 3);
    for (const { sourceId, text, subject } of changes) {
      const original = sourceId.replace(/^(EDIT|DELETE_FOR_ALL|DELETE_FOR_ME)-/, '');
      assert.ok(ITEMS.some((item) => item.sourceId === original));
      assert.ok(text.includes(original));
      assert.match(subject, /^(EDIT|DELETED For (All|Me)) (READ|UNREAD|UNKNOWN) SMS message from /);
    }
  });

  test('has two items of one sender under one source id, with texts of their own', () => {
    const [one, two] = ITEMS.filter(({ label }) => label.startsWith('same-millisecond/'));

    assert.equal(one?.sourceId, two?.sourceId);
    assert.equal(one?.sentMs, two?.sentMs);
    assert.notEqual(one?.text, two?.text);
  });

  test('has a recording of 12 MB, an attachment without bytes, and two of one name', () => {
    const files = EXPECTED.flatMap(({ attachments }) => attachments);
    const doubled = EXPECTED.filter(
      ({ attachments }) => new Set(attachments.map(({ name }) => name)).size < attachments.length,
    );

    assert.ok(files.some(({ name, sizeBytes }) => name.endsWith('.wav') && sizeBytes > 12_000_000));
    assert.ok(files.some(({ sizeBytes }) => sizeBytes === 0));
    assert.equal(doubled.length, 1);
  });

  test('has calls of every end that the vendor knows', () => {
    const ends = new Set(ITEMS.filter(({ kind }) => kind === 'call').map(({ status }) => status));

    for (const end of ['OK', 'Missed', 'Failed', 'Rejected', 'Busy', 'Blocked']) {
      assert.ok(
        [...ends].some((status) => status.includes(end)),
        end,
      );
    }
    assert.ok(ends.has('Voice Mail') && ends.has('Answered Externally') && ends.has('11'));
  });

  test('adds up to books that balance', () => {
    const books = expectedBooks(EXPECTED);

    assert.equal(
      books.available,
      books.imported + books.partiallyImported + books.skipped + books.failed,
    );
    assert.equal(books.items, EXPECTED.length);
    assert.equal(books.skipped, 1);
    assert.ok(books.failed > 0);
  });
});
