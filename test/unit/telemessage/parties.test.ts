import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readItem } from '../../../src/telemessage/item.ts';
import { CONTEXT, eml, inPieces, read, smsHeader } from './emails.ts';

async function parties(fields: Record<string, string | null>) {
  const { item } = await read(eml(...smsHeader(fields), '', 'Hello'));
  return item;
}

const ALICE = {
  role: 'from',
  position: 0,
  number: '+447700900101',
  numberClass: 'e164',
  address: 'alice@example.com',
};

describe('a party', () => {
  const forms = [
    ['"447700900101" <alice@example.com>', null],
    ['447700900101 <Alice@Example.COM>', null],
    ['"Alice Smith 447700900101" <alice@example.com>', 'Alice Smith'],
    ['"447700900101 Alice Smith" <alice@example.com>', 'Alice Smith'],
    ['"Smith, Alice (+44 7700 900101)" <alice@example.com>', 'Smith, Alice'],
    ['alice@example.com <447700900101>', null],
    ['"alice@example.com" <+447700900101/TYPE=PLMN>', null],
    ['"alice@example.com" <sip:+447700900101@ims.example.net>', null],
    ['<alice@example.com> "07700 900101"', null],
    ['alice@example.com (447700900101)', null],
    ['=?utf-8?B?NDQ3NzAwOTAwMTAx?= <alice@example.com>', null],
    ['=?utf-8?Q?=C3=84lice_447700900101?= <alice@example.com>', 'Älice'],
    ['Älice 447700900101 <alice@example.com>', 'Älice'],
    ['"+447700900101/TYPE=PLMN" <alice@example.com>', null],
    ['Group: "447700900101" <alice@example.com>;', null],
    ['=?utf-8?Q?Smith,_Alice_(447700900101)?= <alice@example.com>', 'Smith, Alice'],
    [
      '=?utf-8?B?w4RsaWPD?=\r\n =?utf-8?Q?=A9_4477009001?= =?utf-8?B?MDE=?= <alice@example.com>',
      'Älicé',
    ],
    ['"=?utf-8?B?w4RsaWPD?= =?utf-8?B?qSA0NDc3MDA5MDAxMDE=?=" <alice@example.com>', 'Älicé'],
    ['=?utf-8?Q?O=92Neil_447700900101?= <alice@example.com>', 'O’Neil'],
    [
      '"Alice \u{1F468}\u200D\u{1F469} می\u200Cخ 447700900101" <alice@example.com>',
      'Alice \u{1F468}\u200D\u{1F469} می\u200Cخ',
    ],
  ] as const;
  for (const [from, name] of forms) {
    it(`is read from ${from}`, async () => {
      const item = await parties({ From: from });

      assert.deepEqual(item.parties[0], { ...ALICE, name });
    });
  }

  const others: [string, string | null, string, string | null, string | null][] = [
    ['"85500" <>', '85500', 'short-code', null, null],
    ['BANK', 'BANK', 'alphanumeric', null, null],
    ['UNKNOWN', null, 'withheld', null, null],
    ['"999999999" <alice@example.com>', null, 'withheld', 'alice@example.com', null],
    ['alice@example.com', null, 'withheld', 'alice@example.com', null],
    ['"Alice" <alice@example.com>', null, 'unparseable', 'alice@example.com', 'Alice'],
    ['<+447700900101/TYPE=PLMN@mms.example.com>', '+447700900101', 'e164', null, null],
    ['353861234567', '+353861234567', 'e164', null, null],
  ];
  for (const [from, number, numberClass, address, name] of others) {
    it(`may be ${from}`, async () => {
      const item = await parties({ From: from });

      assert.deepEqual(item.parties[0], {
        role: 'from',
        position: 0,
        number,
        numberClass,
        address,
        name,
      });
    });
  }

  it('stands once, however often and wherever it is named', async () => {
    const { parties: found } = await parties({
      To: '"447700900102" <bob@example.com>, Bob +447700900102 <BOB@example.com>, 447700900101 <alice@example.com>, c@example.com',
    });

    assert.deepEqual(
      found.map(({ role, position, address }) => [role, position, address]),
      [
        ['from', 0, 'alice@example.com'],
        ['to', 0, 'bob@example.com'],
        ['to', 1, 'c@example.com'],
      ],
    );
  });

  const lists: [string, (string | null)[], (string | null)[]][] = [
    ['"UNKNOWN" <>, "Bob 447700900102" <bob@example.com>', [null, '+447700900102'], [null, 'Bob']],
    ['BANK <> , "Bob" <bob@example.com>', ['BANK', null], [null, 'Bob']],
    [
      '447700900103, Bob 447700900102 <bob@example.com>',
      ['+447700900103', '+447700900102'],
      [null, 'Bob'],
    ],
    [
      '"Withheld","Smith, Bob 447700900102" <bob@example.com>',
      [null, '+447700900102'],
      [null, 'Smith, Bob'],
    ],
    [
      'Smith, Bob 447700900102 <bob@example.com>, 85500',
      ['+447700900102', '85500'],
      ['Smith, Bob', null],
    ],
    [
      'bob@example.com (Bob, 447700900102), <c@example.com>',
      ['+447700900102', null],
      ['Bob', null],
    ],
    ['Team: "B" <bob@example.com>, 447700900103;', [null, '+447700900103'], ['B', null]],
    [
      '"447700900103" <c@example.com, "447700900102" <bob@example.com>',
      ['+447700900103', '+447700900102'],
      [null, null],
    ],
    [
      'Cy <c@example.com, Smith, Bob 447700900102 <bob@example.com',
      [null, '+447700900102'],
      ['Cy', 'Smith, Bob'],
    ],
    [
      'Bob <"a,b"@example.com>, 447700900103',
      ['Bob', '+447700900103'],
      ['"a,b"@example.com', null],
    ],
    ['"a \\", b" <bob@example.com>, BANK', [null, 'BANK'], ['a ", b', null]],
  ];
  for (const [to, numbers, names] of lists) {
    it(`is told from its neighbour in ${to}`, async () => {
      const found = (await parties({ To: to })).parties.filter(({ role }) => role === 'to');

      assert.deepEqual(
        found.map(({ number }) => number),
        numbers,
      );
      assert.deepEqual(
        found.map(({ name }) => name),
        names,
      );
    });
  }

  it('keeps its own address where a bracket before it is not closed', async () => {
    const { parties: all } = await parties({
      To: '"447700900103" <c@example.com, "447700900102" <bob@example.com>',
    });

    assert.deepEqual(
      all.filter(({ role }) => role === 'to').map(({ address }) => address),
      ['c@example.com', 'bob@example.com'],
    );
  });

  it('may be written in UTF-8 beside one in windows-1252', async () => {
    const lines = eml(
      ...smsHeader({ To: '"Zoë" <z@example.com>, "Ren\u0001" <r@example.com>' }),
      '',
      'x',
    );
    const bytes = Buffer.from(lines.toString('latin1').replace('\u0001', '\u00e9'), 'latin1');

    const { item } = await read(bytes);

    assert.deepEqual(
      item.parties.slice(1).map(({ name }) => name),
      ['Zoë', 'René'],
    );
  });

  const joined: [string, [string, string | null][]][] = [
    [
      '"447700900103;447700900104" <>',
      [
        ['+447700900103', null],
        ['+447700900104', null],
      ],
    ],
    [
      '<447700900103;447700900104>',
      [
        ['+447700900103', null],
        ['+447700900104', null],
      ],
    ],
    [
      '"447700900103, 85500" <carol@example.com>',
      [
        ['+447700900103', 'carol@example.com'],
        ['85500', null],
      ],
    ],
    ['"Smith;Carol 447700900103" <>', [['+447700900103', null]]],
    [
      '447700900103;447700900104',
      [
        ['+447700900103', null],
        ['+447700900104', null],
      ],
    ],
  ];
  for (const [to, people] of joined) {
    it(`is one of those whose numbers are joined in ${to}`, async () => {
      const { parties: all } = await parties({ To: to });

      const found = all.filter(({ role }) => role === 'to');
      assert.deepEqual(
        found.map(({ number, address }) => [number, address]),
        people,
      );
    });
  }

  it('may stand in a second To, in Cc or in Bcc', async () => {
    const { item } = await read(
      eml(
        ...smsHeader({ Cc: '447700900104', Bcc: '447700900105' }),
        'To: 447700900103',
        '',
        'Hello',
      ),
    );

    const numbers = item.parties.filter(({ role }) => role === 'to').map(({ number }) => number);
    assert.deepEqual(
      numbers,
      [2, 3, 4, 5].map((digit) => `+44770090010${digit}`),
    );
  });

  it('may be missing', async () => {
    const item = await parties({ From: null, To: '', RCPT_TO: null });

    assert.deepEqual(item.parties, []);
    assert.equal(item.direction, 'unknown');
  });
});

describe("the connector's default country", () => {
  const ofIreland = eml(...smsHeader({ From: '"086 123 4567" <alice@example.com>' }), '', 'Hello');

  const readIn = async (defaultCountry: string) => {
    const found = await readItem(inPieces(ofIreland), { ...CONTEXT, defaultCountry });
    assert.ok(found.problem === null);
    return found;
  };

  it("reads national numbers as the mapping's are read", async () => {
    const { item } = await readIn('IE');

    assert.equal(item.parties[0]?.number, '+353861234567');
    assert.equal(item.parties[1]?.number, '+447700900102');
  });

  it('has no part in the item key: a changed setting makes no second item', async () => {
    const { itemKey } = await read(ofIreland);

    for (const country of ['GB', 'IE', 'DE']) {
      assert.equal((await readIn(country)).itemKey, itemKey, country);
    }
  });
});

describe('the owner', () => {
  it('makes an item outbound as its sender and inbound as a recipient', async () => {
    assert.equal((await parties({ RCPT_TO: '<Alice@example.com>' })).direction, 'outbound');
    assert.equal((await parties({ RCPT_TO: 'bob@example.com' })).direction, 'inbound');
  });

  it('is a party of its own when it is none of the others', async () => {
    const item = await parties({ RCPT_TO: '"447700900109" <carol@example.com>' });

    assert.equal(item.direction, 'unknown');
    assert.deepEqual(item.parties[2], {
      role: 'owner',
      position: 0,
      number: '+447700900109',
      numberClass: 'e164',
      address: 'carol@example.com',
      name: null,
    });
  });

  for (const odd of [null, '', '<>', 'nobody', '447700900101', 'a@example.com, b@example.com']) {
    it(`is none for RCPT_TO ${JSON.stringify(odd)}`, async () => {
      const item = await parties({ RCPT_TO: odd });

      assert.equal(item.owner, null);
      assert.equal(item.direction, 'unknown');
      assert.equal(item.parties.length, 2);
    });
  }
});
