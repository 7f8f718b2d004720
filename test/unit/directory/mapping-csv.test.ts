import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MappingFault } from '../../../src/directory/mapping-csv.ts';
import { parseMapping } from '../../../src/directory/mapping-csv.ts';

const HEADER = 'mobileNumber,email\n';

test('a plain file is read', () => {
  const { version } = parse(`${HEADER}+447700900123,Alice@Example.com\n`);

  assert.equal(version?.lookup('+447700900123', '2026-11-23T09:15:42Z'), 'alice@example.com');
  assert.equal(version.lookup('+447700900124', '2026-11-23T09:15:42Z'), null);
  assert.match(version.id, /^[0-9a-f]{16}$/);
});

test('however a spreadsheet saved it, it is the same version', () => {
  const plain =
    'mobileNumber,email\n+447700900123,alice@example.com\n+447700900124,bob@example.com\n';
  const { version } = parse(plain);
  const others = [
    plain.replaceAll('\n', '\r\n'),
    plain.replaceAll('\n', '\r'),
    plain.replaceAll(',', ';'),
    plain.replaceAll(',', '\t'),
    `\uFEFF${plain}`,
    `sep=;\r\n${plain.replaceAll(',', ';')}`,
    plain.replace('\n', '\r\n\r\n \n'),
    plain.trimEnd(),
    `${plain},\n,\n`,
    plain.replace('mobileNumber,email', ' Mobile Number , E-Mail Address '),
    plain.replace('mobileNumber,email', '"Phone","UPN"'),
    plain.replace('+447700900123', '07700 900123').replace('+447700900124', '0044 7700 900124'),
    plain.replace('+447700900123', '"=""+447700900123"""'),
    'email,mobile\nbob@example.com,+44 (0)7700 900124\nAlice@EXAMPLE.com,"+44-7700-900123"\n',
  ];
  for (const other of others) assert.equal(parse(other).version?.id, version?.id, other);
  for (const encoding of ['utf16le', 'utf8'] as const) {
    const marked = Buffer.from(`\uFEFF${plain}`, encoding);
    assert.equal(parseMapping(marked, 'GB').version?.id, version?.id);
  }
  assert.equal(parseMapping(Buffer.from(plain, 'utf16le'), 'GB').version?.id, version?.id);
  assert.equal(parseMapping(Buffer.from(plain, 'utf16le').swap16(), 'GB').version?.id, version?.id);
});

test('a number that was a power of ten and is written out again is to be looked up: its noughts are not its digits', () => {
  for (const lost of ['447701000000', '353861000000', '447700900000']) {
    const [fault] = parse(`mobileNumber,email\n${lost},a@example.com\n`).faults;

    assert.match(fault!.problem, /power of ten/, lost);
    assert.doesNotMatch(fault!.cure, /\d{9}/, lost);
  }
  for (const whole of ['+447701000000', '07701 000000']) {
    assert.deepEqual(parse(`mobileNumber,email\n${whole},a@example.com\n`).faults, [], whole);
  }
});

test('an address with a dot too many, or a domain that begins or ends with a hyphen, is none', () => {
  for (const odd of ['a.@x.com', '.a@x.com', 'a..b@x.com', 'a@-x.com', 'a@x-.com', 'a@x..com']) {
    const [fault] = parse(`mobileNumber,email\n+447700900101,${odd}\n`).faults;

    assert.match(fault!.problem, /no e-mail address/, odd);
  }
  for (const sound of ['a.b@x.com', 'a@x-y.com', "o'n+x_y@a.b.example.com"]) {
    assert.deepEqual(parse(`mobileNumber,email\n+447700900101,${sound}\n`).faults, [], sound);
  }
});

test('every faulty row is told at once, by row, column and cure', () => {
  const { version, faults } = parse(
    [
      'mobileNumber,email,validFrom,validTo',
      '+447700900101,a@example.com,,',
      '4.47701E+11,b@example.com,,',
      '447700900103,c@example.com,,',
      '7700900104,d@example.com,,',
      '+44770,e@example.com,,',
      '+447700900106,Alice <a@example.com>,,',
      '',
      '+447700900108,,,',
      ',h@example.com,,',
      '85500,i@example.com,,',
      '+447700900111,j@example.com,01/02/2026,',
      '+447700900112,k@example.com,2026-02-30,',
      '+447700900113,l@example.com,2026-03-01,2026-02-01',
      '+447700900101,m@example.com,,',
      '+447700900101,a@example.com,2027-01-01,',
      '+447700900116,n@example.com,,,,extra',
    ].join('\n'),
  );

  assert.equal(version, null);
  assert.deepEqual(
    faults.map(({ row, column }) => [row, column]),
    [
      [3, 'mobileNumber'],
      [4, 'mobileNumber'],
      [5, 'mobileNumber'],
      [6, 'mobileNumber'],
      [7, 'email'],
      [9, 'email'],
      [10, 'mobileNumber'],
      [11, 'mobileNumber'],
      [12, 'validFrom'],
      [13, 'validFrom'],
      [14, 'validTo'],
      [15, 'mobileNumber'],
      [16, 'mobileNumber'],
      [17, null],
    ],
  );
  assert.ok(faults.every(({ problem, cure }) => problem !== '' && cure !== ''));
  assert.match(faultAt(faults, 3).problem, /power of ten/);
  assert.match(faultAt(faults, 4).problem, /lost its "\+"/);
  assert.match(faultAt(faults, 15).problem, /Row 2 .* another address/);
  assert.match(faultAt(faults, 16).problem, /row 2 already/);
});

for (const [name, text, column] of [
  ['no header', '+447700900123,alice@example.com\n', 'mobileNumber'],
  ['no column for the address', 'mobileNumber,name\n+447700900123,Alice\n', 'email'],
  ['a doubled header', 'mobile,phone,email\n1,2,a@example.com\n', 'mobileNumber'],
  [
    'a misspelt time',
    'mobileNumber,email,vaildFrom\n+447700900123,a@example.com,2026-01-01\n',
    null,
  ],
  ['nothing', '', null],
  ['nothing but a header', HEADER, null],
] as const) {
  test(`a file with ${name} is refused at row 1`, () => {
    const { version, faults } = parse(text);

    assert.equal(version, null);
    assert.deepEqual([faults[0]?.row, faults[0]?.column], [1, column]);
  });
}

test('a faulty header hides no faulty row', () => {
  const rows = '+447700900101,a@example.com,\n447700900102,b@example.com,\n+447700900103,c@,\n';
  for (const header of ['mobile,email,mail', 'mobile,email,vaildFrom', 'mobile,column,x']) {
    const { faults } = parse(`${header}\n${rows}`);

    const isAddressRead = !header.includes('column');
    assert.deepEqual(
      faults.map(({ row }) => row),
      isAddressRead ? [1, 3, 4] : [1, 3],
      header,
    );
  }
});

test('a column that is not read is noted and does no harm', () => {
  const parsed = parse('mobileNumber,email,name\n+447700900123,a@example.com,Alice\n');

  assert.notEqual(parsed.version, null);
  assert.deepEqual(parsed.notes, ['Column 3 (name) is not read.']);
});

test('a file that is no text is refused', () => {
  const latin1 = Buffer.from(`${HEADER}+447700900123,zoë@example.com\n`, 'latin1');

  assert.match(parseMapping(latin1, 'GB').faults[0]?.problem ?? '', /UTF-8/);
});

test('a number that moves on belongs to whoever had it at the time', () => {
  const { version } = parse(
    [
      'mobileNumber,email,validFrom,validTo',
      '+447700900123,old@example.com,,2026-04-30',
      '+447700900123,new@example.com,2026-05-02,',
    ].join('\n'),
  );

  const at = (time: string) => version?.lookup('+447700900123', time);
  assert.equal(at('2020-01-01T00:00:00Z'), 'old@example.com');
  assert.equal(at('2026-04-30T23:59:59Z'), 'old@example.com');
  assert.equal(at('2026-05-01T12:00:00Z'), null);
  assert.equal(at('2026-05-02T00:00:00Z'), 'new@example.com');
});

test('a number of a country that is dialled without a leading 0 is whole', () => {
  const file = Buffer.from(`${HEADER}2025550123,a@example.com\n`);

  assert.equal(parseMapping(file, 'US').version?.rows[0]?.number, '+12025550123');
  assert.equal(parseMapping(file, 'GB').version, null);
});

test('no bytes make it throw, and what it accepts it can look up', () => {
  const cell = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '+447700900123',
      'a@example.com',
      '"',
      ',',
      '\r',
      '\n',
      ';',
      '\0',
      '2026-01-01',
    ),
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(cell).map((cells) => Buffer.from(HEADER + cells.join(','))),
  );
  fc.assert(
    fc.property(bytes, (file) => {
      const { version, faults } = parseMapping(file, 'GB');
      assert.equal(version === null, faults.length > 0);
      for (const row of version?.rows ?? []) assert.notEqual(row.address, '');
    }),
    { numRuns: 500 },
  );
});

test('what nobody sees does no harm: non-breaking and zero-width spaces, apostrophes, mailto', () => {
  const plain = parse(`${HEADER}+447700900123,alice@example.com\n`).version;

  for (const row of [
    '+44\u00A07700\u00A0900123\u00A0,\u00A0alice@example.com\u00A0',
    "'+447700900123,alice@example.com",
    '\u202A+447700900123\u202C,alice@example.com\u200B',
    '"=""07700900123""","=""alice@example.com"""',
    'tel:+447700900123,mailto:alice@example.com',
    '"+447700900123","alice@example.com"',
  ]) {
    const { version, faults } = parse(HEADER + row);
    assert.equal(version?.id, plain?.id, JSON.stringify([row, faults]));
  }
});

test('the delimiter is that of the header, and no other one in a value is taken for it', () => {
  const file = 'mobileNumber;email;name\n+447700900123;alice@example.com;Example, Alice\n';

  const { version } = parse(file);

  assert.equal(version?.rows[0]?.address, 'alice@example.com');
});

test('a quote that stays open costs its own row, wherever it stands', () => {
  const { faults } = parse(
    `${HEADER}+447700900101,a@example.com\n\n"+447700900102,b@example.com\nnobody,c@example.com\n`,
  );

  assert.deepEqual(
    faults.map(({ row, column, found }) => [row, column, found]),
    [
      [4, null, null],
      [5, 'mobileNumber', 'nobody'],
    ],
  );
});

test('a value over two lines is counted as an editor counts lines', () => {
  const { faults } = parse(
    'mobileNumber,email,note\n+447700900101,a@example.com,"one\ntwo"\nnobody,b@example.com,\n',
  );

  assert.deepEqual(
    faults.map(({ row }) => row),
    [4],
  );
});

test('validFrom and validTo are inclusive, whole days of UTC or seconds', () => {
  const { version } = parse(
    [
      'mobileNumber,email,validFrom,validTo',
      '+447700900123,a@example.com,2026-05-02,2026-05-03',
      '+447700900123,b@example.com,2026-05-04T12:00:00Z,2026-05-04T12:00:01Z',
    ].join('\n'),
  );

  const at = (time: string) => version?.lookup('+447700900123', time);
  assert.deepEqual(
    ['2026-05-01T23:59:59Z', '2026-05-02T00:00:00Z', '2026-05-03T23:59:59Z'].map(at),
    [null, 'a@example.com', 'a@example.com'],
  );
  assert.deepEqual(
    ['2026-05-04T11:59:59Z', '2026-05-04T12:00:00Z', '2026-05-04T12:00:01Z'].map(at),
    [null, 'b@example.com', 'b@example.com'],
  );
  assert.equal(at('2026-05-04T12:00:02Z'), null);
});

function parse(text: string) {
  return parseMapping(Buffer.from(text), 'GB');
}

function faultAt(faults: readonly MappingFault[], row: number): MappingFault {
  const found = faults.find((fault) => fault.row === row);
  assert.ok(found);
  return found;
}
