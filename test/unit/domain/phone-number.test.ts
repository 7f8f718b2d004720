import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseMapping } from '../../../src/directory/mapping-csv.ts';
import { findPhoneNumber as findIn } from '../../../src/domain/number-in-text.ts';
import * as numbers from '../../../src/domain/phone-number.ts';

const normalisePhoneNumber = (text: string, defaultCountry = 'GB') =>
  numbers.normalisePhoneNumber(text, defaultCountry);
const findPhoneNumber = (text: string) => findIn(text, 'GB');

describe('normalisePhoneNumber', () => {
  const same = [
    '07700 900123',
    '447700900123',
    '+447700900123',
    '00447700900123',
    '+44 (0)7700 900123',
    '7700900123',
    '+4407700900123',
    'tel:+447700900123',
    '+447700900123/TYPE=PLMN',
    '447700900123/TYPE=PLMN@mms.example.com',
    '+447700900123;phone-context=example.com',
    'tel:+44-7700-900123;ext=5',
    'sip:+447700900123@ims.example.com;user=phone',
    'SIPS:447700900123@192.0.2.1:5061',
    '07700 900123 ext. 5',
    '＋４４７７００９００１２３',
    '\u202D07700\u00A0900123\u202C',
    '٠٧٧٠٠٩٠٠١٢٣',
  ];
  for (const text of same) {
    it(`reads ${JSON.stringify(text)} as the same number`, () => {
      const read = normalisePhoneNumber(text);

      assert.deepEqual(read, { number: '+447700900123', numberClass: 'e164' });
    });
  }

  it('takes a foreign number without "+" as international', () => {
    assert.equal(normalisePhoneNumber('353861234567').number, '+353861234567');
    assert.equal(normalisePhoneNumber('12025550123').number, '+12025550123');
  });

  it('takes a national number by the default country', () => {
    assert.equal(normalisePhoneNumber('086 123 4567', 'IE').number, '+353861234567');
  });

  it('keeps Jersey and the Isle of Man, which share +44', () => {
    assert.equal(normalisePhoneNumber('+447797712345').number, '+447797712345');
    assert.equal(normalisePhoneNumber('+447624123456').number, '+447624123456');
  });

  for (const code of ['85500', '2020', '150', '999']) {
    it(`keeps ${code} as a short code`, () => {
      const read = normalisePhoneNumber(code);

      assert.deepEqual(read, { number: code, numberClass: 'short-code' });
    });
  }

  it('keeps a short code in whichever digits, and with its MMS suffix', () => {
    for (const text of [
      '85500',
      '８５５００',
      '٨٥٥٠٠',
      '۸۵۵۰۰',
      '85500/TYPE=PLMN',
      'sip:85500@ims.example',
    ]) {
      assert.deepEqual(normalisePhoneNumber(text), { number: '85500', numberClass: 'short-code' });
    }
  });

  for (const name of ['O2', 'BANK', 'Amazon7', 'GOV.UK 22', 'O2-UK']) {
    it(`keeps ${name} as a sender name`, () => {
      const read = normalisePhoneNumber(name);

      assert.deepEqual(read, { number: name, numberClass: 'alphanumeric' });
    });
  }

  const withheld = [
    '',
    'UNKNOWN',
    'anonymous',
    'Withheld',
    '999999999',
    'insert-address-token',
    'tel:anonymous',
    'sip:anonymous@anonymous.invalid',
    'UNKNOWN/TYPE=PLMN',
    '＋UNKNOWN',
  ];
  for (const text of withheld) {
    it(`reads ${JSON.stringify(text)} as withheld`, () => {
      assert.deepEqual(normalisePhoneNumber(text), { number: null, numberClass: 'withheld' });
    });
  }

  for (const text of ['1-800-FLOWERS', 'alice@example.com', 'A long name of nobody at all']) {
    it(`invents no number for ${JSON.stringify(text)}`, () => {
      const read = normalisePhoneNumber(text);

      assert.deepEqual(read, { number: null, numberClass: 'unparseable' });
    });
  }

  it('stays fast on hostile text', () => {
    const started = performance.now();

    for (const unit of [',', '(1', '+', '1 ', ' ', '\u202D']) findPhoneNumber(unit.repeat(500_000));

    assert.ok(performance.now() - started < 1000);
  });
});

describe('one form for items, CSV and search', () => {
  /** Possible mobile numbers of the United Kingdom, as 10 digits. */
  const mobile = fc.integer({ min: 7_000_000_000, max: 7_999_999_999 }).map(String);
  const write: readonly ((digits: string) => string)[] = [
    (digits) => `+44${digits}`,
    (digits) => `44${digits}`,
    (digits) => `0${digits}`,
    (digits) => `0044${digits}`,
    (digits) => `+44 (0)${digits.slice(0, 4)} ${digits.slice(4)}`,
    (digits) => `\u202D+44\u00A0${digits.slice(0, 4)}-${digits.slice(4)}\u202C`,
    (digits) => `tel:+44${digits};phone-context=example.com`,
    (digits) => `sip:+44${digits}@ims.example.com`,
    (digits) => `+44${digits}/TYPE=PLMN`,
    (digits) => `0${digits} ext 12`,
    (digits) =>
      `0${digits}`.replaceAll(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit))),
    (digits) =>
      `+44${digits}`.replaceAll(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
  ];

  it('reads a number the same however it is written', () => {
    fc.assert(
      fc.property(mobile, fc.constantFrom(...write), (digits, form) => {
        assert.deepEqual(normalisePhoneNumber(form(digits)), {
          number: `+44${digits}`,
          numberClass: 'e164',
        });
      }),
    );
  });

  it('reads its own form as itself, and a class has a number or has none', () => {
    const odd = fc.constantFrom(
      '+44',
      '0',
      '7700900123',
      'tel:',
      '/TYPE=PLMN',
      ';',
      '٠',
      '#',
      'O2',
      '@',
      ' ',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(odd, { maxLength: 6 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (written) => {
        const { number, numberClass } = normalisePhoneNumber(written);
        assert.equal(number === null, ['withheld', 'unparseable'].includes(numberClass));
        if (numberClass === 'e164') assert.match(number ?? '', /^\+[1-9]\d+$/);
        if (number !== null) assert.equal(normalisePhoneNumber(number).number, number);
      }),
      { numRuns: 500 },
    );
  });

  it('is found by a mapping in the form that an item has it', () => {
    fc.assert(
      fc.property(mobile, fc.constantFrom(...write), (digits, form) => {
        const csv = Buffer.from(`mobileNumber,email\n+44${digits},a@example.com\n`);
        const { number } = normalisePhoneNumber(form(digits));
        const { version } = parseMapping(csv, 'GB');
        assert.equal(version?.lookup(number ?? '', '2026-11-23T09:00:00Z'), 'a@example.com');
      }),
      { numRuns: 30 },
    );
  });
});

describe('findPhoneNumber', () => {
  const cases: [string, string, string][] = [
    ['Alice Smith 447700900123', '+447700900123', 'Alice Smith'],
    ['447700900123 Alice Smith', '+447700900123', 'Alice Smith'],
    ['Smith, Alice (+44 7700 900123)', '+447700900123', 'Smith, Alice'],
    ['Alice 07700 900123 - Sales', '+447700900123', 'Alice Sales'],
    ['Alice 447700900123 447700900124', '+447700900123', 'Alice 447700900124'],
    ['Parking 85500', '85500', 'Parking'],
    ['447700900123', '+447700900123', ''],
    ['O2 07700 900103', '+447700900103', 'O2'],
    ['Desk 61 447700900103', '+447700900103', 'Desk 61'],
    ['Smith 5 447700900123', '+447700900123', 'Smith 5'],
    ['353861234567 5', '+353861234567', '5'],
    ['61 447700900103', '+447700900103', '61'],
    ['Ann 5 (+44 (0)7700 900123)', '+447700900123', 'Ann 5'],
    ['Ann 353 86 123 4567', '+353861234567', 'Ann'],
    ['Ann 1 202 555 0123', '+12025550123', 'Ann'],
    ['Ann +49 30 123456 78', '+493012345678', 'Ann'],
    ['Desk 235 85500', '85500', 'Desk 235'],
  ];
  for (const [text, number, rest] of cases) {
    it(`finds ${number} in ${JSON.stringify(text)}`, () => {
      const found = findPhoneNumber(text);

      assert.equal(found.number, number);
      assert.equal(found.rest.replaceAll(' -', ''), rest);
    });
  }

  it('takes none where the digits can be two numbers: the name shows them all', () => {
    for (const text of ['Desk 49 4520123456', 'Desk 49 44 7911 123456', 'Alice 999999999']) {
      const found = findPhoneNumber(text);

      assert.deepEqual(found, { number: null, numberClass: 'unparseable', rest: text });
    }
  });

  it('takes no number from a name that has none', () => {
    const found = findPhoneNumber('Alice Smith, Team 7');

    assert.deepEqual(found, {
      number: null,
      numberClass: 'unparseable',
      rest: 'Alice Smith, Team 7',
    });
  });
});
