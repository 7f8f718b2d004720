import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, test } from 'node:test';
import PostalMime, { type Email } from 'postal-mime';
import { sampleExpectation } from '../../../sandbox/sample/expectation.ts';
import { emlOf, samplePackages } from '../../../sandbox/sample/packages.ts';
import { SAMPLE_MAPPING_CSV, SAMPLE_USERS } from '../../../sandbox/sample/users.ts';
import { SAMPLE_DAY } from '../../../sandbox/sample/write-sample.ts';

const EXPECTED = sampleExpectation(SAMPLE_DAY);
const EMLS = samplePackages(SAMPLE_DAY).flatMap(({ entries }) => entries.map(emlOf));

const parsed = Promise.all(
  EMLS.map((eml) => PostalMime.parse(eml, { attachmentEncoding: 'arraybuffer' })),
);

function header(email: Email, name: string): string | undefined {
  return email.headers.find(({ key }) => key === name.toLowerCase())?.value;
}

suite('the sample items', () => {
  test('are mail that an independent parser reads: text, media, owner and time as expected', async () => {
    const emails = await parsed;

    for (const [index, email] of emails.entries()) {
      const expected = EXPECTED[index];
      assert.ok(expected);
      assert.equal(
        (email.text ?? '').replaceAll('\r\n', '\n').trim(),
        expected.text,
        expected.label,
      );
      assert.equal(header(email, 'RCPT_TO')?.toLowerCase() ?? null, expected.owner, expected.label);
      const media = email.attachments
        .filter(({ mimeType }) => mimeType !== 'application/smil')
        .map(({ filename, content }) => {
          const bytes = Buffer.from(content as ArrayBuffer);
          const sha256 = createHash('sha256').update(bytes).digest('hex');
          return { name: filename, sizeBytes: bytes.length, sha256 };
        });
      assert.deepEqual(media, expected.attachments, expected.label);
      if (!expected.flags.includes('time-corrected')) {
        assert.equal(Date.parse(email.date ?? ''), Date.parse(expected.at), expected.label);
      }
    }
  });

  test('carry the headers of the vendor to the letter, its typing error too', () => {
    for (const eml of EMLS) {
      const head = eml.subarray(0, eml.indexOf('\r\n\r\n')).toString('latin1');
      for (const name of ['ArchiveMessageID', 'Network', 'Status', 'OriginalMesageIntegrity']) {
        assert.match(head, new RegExp(`^X-TELEMESSAGE-${name}: \\S`, 'm'));
      }
      assert.ok(
        head.split('\r\n').every((line) => line.length <= 998 && !/[^\x20-\x7e]/.test(line)),
      );
    }
  });

  test('name their people in both orders', () => {
    const heads = EMLS.map((eml) => eml.subarray(0, 2000).toString('latin1'));

    assert.ok(heads.some((head) => /^From: "447700900\d{3} [A-Z]/m.test(head)));
    assert.ok(heads.some((head) => /^From: "[A-Z][^"]+ 447700900\d{3}" </m.test(head)));
    assert.ok(heads.some((head) => /^From: "447700900\d{3}" </m.test(head)));
    assert.ok(heads.some((head) => /^From: "85500" </m.test(head)));
    for (const nobody of ['UNKNOWN', 'QuillPost']) {
      assert.ok(
        heads.some((head) => head.includes(`From: "${nobody}" <>`)),
        nobody,
      );
    }
  });

  test('hold no number and no domain but those that are free for fiction', async () => {
    const texts = (await parsed).map((email, index) => {
      const media = email.attachments
        .filter(({ mimeType }) => /text|smil/.test(mimeType))
        .map(({ content }) => Buffer.from(content as ArrayBuffer).toString());
      return [EMLS[index]?.toString('latin1'), JSON.stringify(email.headers), email.text, ...media];
    });
    const names = EXPECTED.map(({ entry }) => entry);
    const all = [texts.flat(), names, JSON.stringify(SAMPLE_USERS), SAMPLE_MAPPING_CSV].join('\n');
    const withoutBase64 = all.replaceAll(/^[A-Za-z0-9+/=]{60,}\r?$/gm, '');

    const numbers = withoutBase64.match(/(?<![\dA-Za-z-])(?:\+?44|0)[ \d]{9,}\d/g) ?? [];
    const domains = [...withoutBase64.matchAll(/[\w.-]@([\w.-]*\w)/g)].map(([, domain]) => domain);
    const links = withoutBase64.match(/\bhttps?:\S+|\bwww\.\S+/g) ?? [];

    assert.ok(numbers.length > 300 && domains.length > 300);
    for (const number of numbers) {
      assert.match(number.replaceAll(' ', ''), /^(\+?44|0)7700900\d{3}$/);
    }
    for (const domain of domains) assert.match(domain ?? '', /^([\w-]+\.)*example\.(com|org|net)$/);
    assert.deepEqual(links, []);
  });

  test('come again with other boundary and encoding, and the same content', async () => {
    const again = EXPECTED.findIndex(({ flags }) => flags.includes('delivered-before'));
    const first = EXPECTED.findIndex(({ label }) => label === EXPECTED[again]?.label);
    const emails = await parsed;

    assert.notEqual(EXPECTED[first]?.package, EXPECTED[again]?.package);
    assert.ok(!EMLS[first]?.equals(EMLS[again] ?? Buffer.alloc(0)));
    assert.equal(emails[first]?.text?.trim(), emails[again]?.text?.trim());
    assert.deepEqual(emails[first]?.attachments, emails[again]?.attachments);
  });
});
