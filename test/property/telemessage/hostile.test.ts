import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readItem } from '../../../src/telemessage/item.ts';
import { CONTEXT, eml, inPieces, read, smsHeader } from '../../unit/telemessage/emails.ts';

const MMS = eml(
  ...smsHeader({ 'Content-Type': 'multipart/related; boundary="b"' }),
  '',
  '--b',
  'Content-Type: application/smil; name=s.smil',
  '',
  '<smil><text src="t.txt"/></smil>',
  '--b',
  'Content-Type: multipart/alternative; boundary=c',
  '',
  '--c',
  'Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Hello =C2=A3 ',
  '--c',
  'Content-Type: text/html; charset=utf-16',
  '',
  '<p>Hello</p>',
  '--c--',
  '--b',
  "Content-Disposition: attachment; filename*=utf-8''%E2%82%AC.png",
  'Content-Transfer-Encoding: base64',
  '',
  'iVBORw0KGgo=',
  '--b--',
);

const BUDGET_MS = 15_000;

describe('an item of hostile bytes', () => {
  it('is always an answer, and the same one however its bytes are cut', async () => {
    const edit = fc.record({
      at: fc.nat(MMS.length - 1),
      remove: fc.nat(40),
      insert: fc.oneof(
        fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
        fc
          .constantFrom('\r\n', '\n', '--b', '--b--', '\r\n\r\n', '=?', '"', '(', ';')
          .map((text) => Buffer.from(text)),
      ),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(edit, { maxLength: 6 }),
        fc.integer({ min: 1, max: 300 }),
        async (edits, pieceBytes) => {
          const bytes = edits.reduce(
            (whole, { at, remove, insert }) =>
              Buffer.concat([whole.subarray(0, at), insert, whole.subarray(at + remove)]),
            MMS,
          );

          const one = await readItem(inPieces(bytes, 100_000), CONTEXT);
          const other = await readItem(inPieces(bytes, pieceBytes), CONTEXT);

          assert.deepEqual(other, one);
        },
      ),
      { numRuns: 150 },
    );
  });

  const long = (unit: string) => unit.repeat(Math.floor(900_000 / unit.length));
  const headers: [string, string][] = [
    ['From', long(',')],
    ['From', `"${long('1 ')}" <a@example.com>`],
    ['From', long('(')],
    ['From', long('<a@b.c>')],
    ['To', long('a@b.c, ')],
    ['To', long('1234,')],
    ['To', long('=?utf-8?Q?a?=x,')],
    ['To', long('=?utf-8?Q?a?= ')],
    ['To', long('G:')],
    ['Subject', long('=?utf-8?B?4oKs?= ')],
    ['Subject', long('=?')],
    ['Subject', long(' to chat group ')],
    ['Date', long('(')],
    ['Date', long('1 ')],
    ['RCPT_TO', long('<')],
    ['Content-Type', `text/plain; ${long('a=b;')}`],
    ['Content-Type', `multipart/mixed; boundary="${long('b')}"`],
    ['Content-Disposition', `attachment; ${long('filename*0*=a;')}`],
    ['X-TELEMESSAGE-ArchiveMessageID', long('EDIT-')],
  ];
  for (const [name, value] of headers) {
    it(`is read in time with a ${name} of ${JSON.stringify(value.slice(0, 20))} without end`, async () => {
      const started = performance.now();

      await readItem(inPieces(eml(...smsHeader({ [name]: value }), '', 'x'), 65_536), CONTEXT);

      assert.ok(performance.now() - started < BUDGET_MS);
    });
  }

  const texts = [
    'recording size exceeds ',
    'Call Status: ',
    ' ',
    '\n',
    'Original Message ID:\n',
    '1:00:00 ',
  ];
  for (const unit of texts) {
    it(`is read in time with a text of ${JSON.stringify(unit)} without end`, async () => {
      const header = smsHeader({
        'X-TELEMESSAGE-MessageType': 'voice-call',
        'X-TELEMESSAGE-ArchiveMessageID': 'EDIT-1',
        Subject: 'Calls with multiple participants',
      });
      const started = performance.now();

      const { item } = await read(eml(...header, '', unit.repeat(3_000_000 / unit.length)));

      assert.ok(performance.now() - started < BUDGET_MS);
      assert.equal(item.kind, 'call');
    });
  }
});
