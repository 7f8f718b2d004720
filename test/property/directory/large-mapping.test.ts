import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMapping } from '../../../src/directory/mapping-csv.ts';

test('a hundred thousand rows are read, also when half of them fight for one number', () => {
  const rows = Array.from({ length: 100_000 }, (_, at) =>
    at % 2 === 0 ? `+4477${String(10_000_000 + at)},a@example.com` : '07700900123,b@example.com',
  );

  const { faults } = parseMapping(Buffer.from(`mobileNumber,email\n${rows.join('\n')}`), 'GB');

  assert.equal(faults.length, 49_999);
});
