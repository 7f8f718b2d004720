import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mappingChange } from '../../../src/directory/mapping-change.ts';
import { mappingVersion } from '../../../src/directory/mapping-version.ts';

test('the difference of two versions names what it adds, removes and changes', () => {
  const before = versionOf({ '+447700900101': 'a', '+447700900102': 'b', '+447700900103': 'c' });
  const after = versionOf({ '+447700900101': 'a', '+447700900102': 'z', '+447700900104': 'd' });

  assert.deepEqual(mappingChange(before, after), {
    added: [{ number: '+447700900104', from: [], to: [always('d')] }],
    removed: [{ number: '+447700900103', from: [always('c')], to: [] }],
    changed: [{ number: '+447700900102', from: [always('b')], to: [always('z')] }],
    unchanged: 1,
    disappearingShare: 1 / 3,
  });
});

test('the first version only adds', () => {
  const change = mappingChange(null, versionOf({ '+447700900101': 'a' }));

  assert.deepEqual([change.added.length, change.disappearingShare], [1, 0]);
});

test('another time of validity is a change, another order of rows is none', () => {
  const rows = [
    { number: '+447700900101', address: 'a', validFrom: null, validTo: '2026-01-01T23:59:59Z' },
    { number: '+447700900101', address: 'b', validFrom: '2026-01-02T00:00:00Z', validTo: null },
  ];
  const before = mappingVersion(rows);

  assert.equal(mappingChange(before, mappingVersion(rows.toReversed())).unchanged, 1);
  assert.equal(mappingVersion(rows.toReversed()).id, before.id);
  const later = mappingVersion([rows[0]!, { ...rows[1]!, validFrom: '2026-02-01T00:00:00Z' }]);
  const [change] = mappingChange(before, later).changed;
  assert.deepEqual(
    [change?.from[1]?.validFrom, change?.to[1]?.validFrom],
    ['2026-01-02T00:00:00Z', '2026-02-01T00:00:00Z'],
  );
});

const always = (address: string) => ({ address, validFrom: null, validTo: null });

function versionOf(owners: Readonly<Record<string, string>>) {
  return mappingVersion(
    Object.entries(owners).map(([number, address]) => ({
      number,
      address,
      validFrom: null,
      validTo: null,
    })),
  );
}
