import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  parseRegisteredUsers,
  readRegisteredUsers,
} from '../../../src/directory/registered-users.ts';

const parse = (text: string) => parseRegisteredUsers(Buffer.from(text), 'GB');

describe('the list of registered users', () => {
  it('is read as the vendor exports it, without those who are deleted', () => {
    const { problem, users, faults } = parse(
      [
        'Status,Registration date,Username,Unique Customer Code,Email,Mobile,Enterprise Number',
        'Activated,01/02/2026,alice,77,Alice@Example.com,447700900123,',
        'Deleted,01/02/2026,gone,78,gone@example.com,447700900124,',
        'SUSPENDED,01/02/2026,bob,79,bob@example.com,07700 900125,442079460000',
        '',
      ].join('\r\n'),
    );

    assert.equal(problem, null);
    assert.deepEqual(faults, []);
    assert.deepEqual(users, [
      { number: '+447700900123', address: 'alice@example.com', status: 'activated' },
      { number: '+447700900125', address: 'bob@example.com', status: 'suspended' },
    ]);
  });

  for (const [name, header, row] of [
    ['addresses alone', 'E-mail Address', 'alice@example.com'],
    ['numbers alone', 'Mobile Number', '+447700900123'],
    ['semicolons', 'Mobile;Email', '+447700900123;alice@example.com'],
    ['a mark and quotes', '\uFEFF"Mobile","Email"', '"+447700900123","alice@example.com"'],
  ] as const) {
    it(`is read with ${name}`, () => {
      const { users, faults } = parse(`${header}\n${row}\n`);

      assert.deepEqual(faults, []);
      assert.equal(users.length, 1);
      assert.ok(users[0]?.number === '+447700900123' || users[0]?.address === 'alice@example.com');
    });
  }

  it('names a faulty row and goes on with what can be read of it', () => {
    const { users, faults } = parse(
      'Email,Mobile\nalice@example.com,4.47701E+11\nno address,\n,\nActivated\n,  \n"x@example.com","07700900126"\n',
    );

    assert.deepEqual(
      users.map(({ number, address }) => [number, address]),
      [
        [null, 'alice@example.com'],
        ['+447700900126', 'x@example.com'],
      ],
    );
    assert.deepEqual(
      faults.map(({ row, problem }) => [row, problem]),
      [
        [2, 'The mobile number cannot be read.'],
        [3, 'The e-mail address cannot be read.'],
        [5, 'The e-mail address cannot be read.'],
      ],
    );
    for (const { cure } of faults) assert.notEqual(cure, '');
  });

  it('says a row that names nobody, and takes nobody twice', () => {
    const { users, faults } = parse(
      'Status,Email\nActivated,\nActivated,a@example.com\nActivated,A@example.com\n',
    );

    assert.equal(users.length, 1);
    assert.deepEqual(
      faults.map(({ row, problem }) => [row, problem]),
      [[2, 'The row names nobody.']],
    );
  });

  it('keeps what stands in a faulty cell to itself', () => {
    const { faults } = parse('Email,Mobile\nCANARY secret,CANARY\n');

    assert.equal(faults.length, 2);
    assert.doesNotMatch(JSON.stringify(faults), /CANARY/);
  });

  it('is of no use without a column of either, or as a workbook, and says what to do', () => {
    for (const file of ['', 'Name,Team\nAlice,Sales\n', 'alice@example.com\n']) {
      assert.match(parse(file).problem ?? '', /no column Email or Mobile/, file);
    }
    const workbook = parseRegisteredUsers(Buffer.from('504b030400ff', 'hex'), 'GB');
    assert.match(workbook.problem ?? '', /workbook.*CSV UTF-8/);
  });

  it('is read anew each time, and told of when it is away', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'o2-users-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'users.csv');

    assert.match(
      (await readRegisteredUsers(path, 'GB')).problem ?? '',
      /ENOENT.*registeredUsersFile/,
    );
    writeFileSync(path, 'Email\na@example.com\n');
    assert.equal((await readRegisteredUsers(path, 'GB')).users.length, 1);
    writeFileSync(path, 'Email\na@example.com\nb@example.com\n');
    assert.equal((await readRegisteredUsers(path, 'GB')).users.length, 2);
  });
});
