import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { desk, file, HEADER, TIMED } from './mapping-desk.ts';

const SAVE_AS = 'Save it as "CSV UTF-8 (comma delimited)".';
const REFUSED: readonly [what: string, content: string | Buffer, lines: readonly string[]][] = [
  [
    'a power of ten',
    `${HEADER}\n4.47701E+11,a@example.com\n`,
    [
      'row 2, column mobileNumber, "4.47701E+11": A spreadsheet has turned the number into a power of ten; its last digits are lost. Look the number up, write it with "+" and country code in a column of type Text, and save the file anew.',
    ],
  ],
  [
    'a power of ten with a decimal comma',
    `mobileNumber;email\n4,47701E+11;a@example.com\n`,
    ['row 2, column mobileNumber, "4,47701E+11": A spreadsheet has turned the number'],
  ],
  [
    'a lost "+"',
    `${HEADER}\n447700900103,a@example.com\n`,
    [
      'row 2, column mobileNumber, "447700900103": The number has lost its "+" or its leading 0. Write +447700900103, in a column of type Text.',
    ],
  ],
  [
    'a lost leading 0',
    `${HEADER}\n7700900104,a@example.com\n`,
    ['"7700900104": The number has lost its "+" or its leading 0. Write +447700900104,'],
  ],
  [
    'decimals',
    `${HEADER}\n447700900105.0,a@example.com\n+491701234567.0,b@example.com\n`,
    [
      'row 2, column mobileNumber, "447700900105.0": A spreadsheet has added decimals to the number. Write +447700900105,',
      'row 3, column mobileNumber, "+491701234567.0": A spreadsheet has added decimals to the number. Write +491701234567,',
    ],
  ],
  [
    'an impossible number, a short code, a name and a placeholder',
    `${HEADER}\n+44770,a@example.com\n85500,b@example.com\nBANK,c@example.com\n999999999,d@example.com\n`,
    [
      'row 2, column mobileNumber, "+44770": This cannot be a mobile number. Write it with "+" and country code and nothing else.',
      'row 3, column mobileNumber, "85500": This cannot be a mobile number.',
      'row 4, column mobileNumber, "BANK": This cannot be a mobile number.',
      'row 5, column mobileNumber, "999999999": This cannot be a mobile number.',
    ],
  ],
  [
    'two numbers in a cell',
    `${HEADER}\n+447700900106;+447700900107,a@example.com\n"+447700900108\n+447700900109",b@example.com\n`,
    [
      'row 2, column mobileNumber, "+447700900106;+447700900107": There is more than one number in the cell. Write +447700900106, in a column of type Text. Each further number gets a row of its own.',
      'row 3, column mobileNumber, "+447700900108�+447700900109": There is more than one number',
    ],
  ],
  [
    'impossible addresses',
    `${HEADER}\n+447700900111,Alice <alice@example.com>\n+447700900112,alice\n+447700900113,"a@example.com, b@example.com"\n+447700900114,bob @example.com\n+447700900115,a@b@example.com\n`,
    [
      'row 2, column email, "Alice <alice@example.com>": This is no e-mail address. Write alice@example.com.',
      'row 3, column email, "alice": This is no e-mail address. Write one address of the form name@example.com, without name or brackets.',
      'row 4, column email, "a@example.com, b@example.com": There is more than one address in the cell. Keep the one of the mailbox.',
      'row 5, column email, "bob @example.com": This is no e-mail address.',
      'row 6, column email, "a@b@example.com": This is no e-mail address.',
    ],
  ],
  [
    'missing values',
    `${HEADER}\n,a@example.com\n+447700900116,\n`,
    [
      'row 2, column mobileNumber: There is no number. Write one, or remove the row.',
      'row 3, column email: There is no address. Write one, or remove the row.',
    ],
  ],
  [
    'days that are none',
    `${TIMED}\n+447700900117,a@example.com,01/02/2026,\n+447700900118,b@example.com,31.12.2026,\n+447700900119,c@example.com,2026-02-30,\n+447700900120,d@example.com,,46082\n+447700900121,e@example.com,2026-11-21 09:00,\n+447700900122,f@example.com,2026-11-21T25:00:00Z,soon\n`,
    [
      'row 2, column validFrom, "01/02/2026": This is no day. Write it as YYYY-MM-DD: 2026-02-01 or 2026-01-02.',
      'row 3, column validFrom, "31.12.2026": This is no day. Write it as YYYY-MM-DD: 2026-12-31.',
      'row 4, column validFrom, "2026-02-30": This is no day. Write it as YYYY-MM-DD.',
      'row 5, column validTo, "46082": This is no day. Write it as YYYY-MM-DD: 2026-03-01.',
      'row 6, column validFrom, "2026-11-21 09:00": This is no day. Write it as YYYY-MM-DD: 2026-11-21.',
      'row 7, column validFrom, "2026-11-21T25:00:00Z": This is no day.',
      'row 7, column validTo, "soon": This is no day.',
    ],
  ],
  [
    'an end before its beginning',
    `${TIMED}\n+447700900123,a@example.com,2026-03-01,2026-02-01\n`,
    [
      'row 2, column validTo, "2026-02-01T23:59:59Z": It ends before it begins, 2026-03-01T00:00:00Z. Correct one of the two days.',
    ],
  ],
  [
    'duplicate and conflicting rows, in whatever form the number stands',
    `${TIMED}\n+447700900124,a@example.com,,\n07700 900124,a@example.com,2026-01-01,\n+447700900125,a@example.com,,2026-03-31\n+447700900125,b@example.com,2026-03-31,\n`,
    [
      'row 3, column mobileNumber, "+447700900124": The number stands in row 2 already. Remove one of the two rows.',
      'row 5, column mobileNumber, "+447700900125": Row 4 gives the same number to another address, a@example.com, at the same time. Keep one, or set validFrom and validTo so that they follow each other.',
    ],
  ],
  [
    'a header that stands there twice',
    `${HEADER}\n+447700900126,a@example.com\n${HEADER}\n+447700900127,b@example.com\n`,
    ['row 3: The header stands here again. Remove the row.'],
  ],
  [
    'two columns of one meaning',
    'mobile,phone,email\n+447700900128,,a@example.com\n',
    [
      'row 1, column mobileNumber, "phone": Column 2 has the same meaning as column 1. Keep one of them.',
    ],
  ],
  [
    'no header, and a header that names no address',
    '+447700900129,a@example.com\n',
    [
      'row 1, column mobileNumber: The header has no such column. Begin the file with the line: mobileNumber,email',
      'row 1, column email: The header has no such column.',
    ],
  ],
  [
    'a misspelt time',
    'mobileNumber,email,vaildFrom\n+447700900130,a@example.com,2026-01-01\n',
    [
      'row 1, "vaildFrom": Column 3 looks like a time and has no name that is known. Call it validFrom or validTo, or remove it.',
    ],
  ],
  [
    'more values than columns',
    `${HEADER}\n+447700900131,a@example.com,b@example.com\n`,
    [
      'row 2: The row has more values than the header has columns. Remove or quote what is too much.',
    ],
  ],
  [
    'an open quote',
    `${HEADER}\n"+447700900132,a@example.com\n`,
    [
      'row 2: The row cannot be read: a quote is open, or it is longer than 10,000 characters. Put quotes around whole values only, or leave them out.',
    ],
  ],
  ['nothing', '', ['row 1: The file is empty. Begin the file with the line: mobileNumber,email']],
  [
    'nothing but a header',
    `${HEADER}\n`,
    ['row 1: The file has no row below its header. Add a row for each number.'],
  ],
  [
    'a workbook',
    Buffer.from('504b030414000600', 'hex'),
    [`row 1: The file is a workbook and not a CSV file. ${SAVE_AS}`],
  ],
  [
    'binary junk',
    Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
    [`row 1: The file is not text in UTF-8 or UTF-16. ${SAVE_AS}`],
  ],
  [
    'text of another encoding',
    Buffer.from(`${HEADER}\n+447700900133,zoë@example.com\n`, 'latin1'),
    [`row 1: The file is not text in UTF-8 or UTF-16. ${SAVE_AS}`],
  ],
];

describe('mapping check', () => {
  for (const [what, content, lines] of REFUSED) {
    it(`refuses ${what}, with file, row, column, what stands there and the cure`, async () => {
      const path = file(content);
      const { run } = desk();

      const { code, out } = await run('check', path);

      const said = out.split('\n');
      assert.equal(code, 1);
      assert.equal(
        said.filter((line) => line.startsWith(`${path}, row`)).length,
        lines.length,
        out,
      );
      for (const [at, line] of lines.entries()) {
        assert.ok(said[at]?.includes(line), out);
      }
      assert.match(said.at(-1) ?? '', /faults?\. Nothing of it is used before all are cured\.$/);
    });
  }
});
