import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { openAttachment } from '../../../src/telemessage/item.ts';
import { eml, inPieces, read, smsHeader } from './emails.ts';

/** Payload of two items that differ in nothing else. */
const SAID = ['PAYLOAD ALPHA: buy 100 at 212', 'PAYLOAD BRAVO: sell 100 at 190'];

const header = (contentType: string, encoding: string | null = null) =>
  smsHeader({ 'Content-Type': contentType, 'Content-Transfer-Encoding': encoding });

/** A text and a picture between those delimiters. */
function parts(said: string, delimiter: string): string[] {
  const picture = ['Content-Type: image/jpeg', '', `JPEG ${said}`];
  return [
    delimiter,
    'Content-Type: text/plain',
    '',
    said,
    delimiter,
    ...picture,
    `${delimiter}--`,
    '',
  ];
}

async function itemOf(...lines: string[]) {
  const bytes = eml(...lines);
  const found = await read(bytes);
  // However its bytes are cut.
  for (const pieceBytes of [1, 7, 65_536]) {
    assert.equal((await read(bytes, 0, pieceBytes)).itemKey, found.itemKey);
  }
  return found;
}

describe('a multipart whose parts cannot be told apart', () => {
  const inBase64 = (said: string) =>
    Buffer.from(parts(said, '--b').join('\r\n')).toString('base64');
  const nested = (inner: string[]) => ['--o', ...inner, '--o', '', 'outer', '--o--', ''];
  const cases: [what: string, lines: (said: string) => string[]][] = [
    ['without a boundary', (said) => [...header('multipart/mixed'), '', said]],
    [
      'with another',
      (said) => [...header('multipart/mixed; boundary=x'), '', ...parts(said, '--b')],
    ],
    [
      'in base64',
      (said) => [...header('multipart/mixed; boundary=b', 'base64'), '', inBase64(said)],
    ],
    [
      'inside another',
      (said) => [
        ...header('multipart/mixed; boundary=o'),
        '',
        ...nested(['Content-Type: multipart/mixed; boundary=x', '', ...parts(said, '--b')]),
      ],
    ],
    [
      'in base64 inside another',
      (said) => [
        ...header('multipart/mixed; boundary=o'),
        '',
        ...nested([
          'Content-Type: multipart/mixed; boundary=b',
          'Content-Transfer-Encoding: base64',
          '',
          inBase64(said),
        ]),
      ],
    ],
    [
      'with nothing but its end',
      (said) => [...header('multipart/mixed; boundary=b'), '', said, '--b--', ''],
    ],
  ];
  for (const [what, lines] of cases) {
    it(`${what} is kept as text, and says so`, async () => {
      const [one, other] = await Promise.all(SAID.map((said) => itemOf(...lines(said))));

      assert.match(one?.item.text ?? '', /PAYLOAD ALPHA: buy 100 at 212/u);
      assert.deepEqual(one?.item.textDoubts, ['unparted']);
      assert.equal(one.item.text.includes('outer'), what.endsWith('inside another'));
      assert.notEqual(one.itemKey, other?.itemKey);
    });
  }

  it('of more bytes than a text may have is an attachment, and says so', async () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => `line ${at} ${'x'.repeat(60)}`);
    const bytes = eml(...header('multipart/mixed; boundary=x'), '', ...lines, '');

    const { item } = await read(bytes, 0, 65_536);

    assert.deepEqual([item.text, item.textDoubts], ['', ['unparted']]);
    const attached = await buffer(await openAttachment(inPieces(bytes, 65_536), 0));
    assert.equal(attached.toString('latin1').trimEnd(), lines.join('\r\n'));
  });

  it('is none when a part follows its preamble, however long', async () => {
    for (const preamble of ['This is a multi-part message in MIME format.', 'x'.repeat(200)]) {
      const { item } = await itemOf(
        ...header('multipart/mixed; boundary=b'),
        '',
        preamble,
        ...parts('said', '--b'),
        'epilogue',
      );

      assert.deepEqual([item.text, item.attachments.length, item.textDoubts], ['said', 1, []]);
    }
  });

  it('keeps a preamble beyond 64 KiB, which is no remark any more', async () => {
    const preamble = Array.from({ length: 1000 }, () => 'y'.repeat(98));
    const bytes = eml(
      ...header('multipart/mixed; boundary=b'),
      '',
      ...preamble,
      ...parts('said', '--b'),
    );

    const { item } = await read(bytes, 0, 1000);

    assert.ok(item.text.startsWith('yyy') && item.text.endsWith('\nsaid'));
    assert.deepEqual([item.attachments.length, item.textDoubts], [1, ['unparted']]);
  });
});

describe('the parts of an item', () => {
  const boundaries: [contentType: string, delimiter: string][] = [
    ["multipart/mixed; boundary='real-boundary'", '--real-boundary'],
    ['multipart/mixed; boundary="Real-Boundary"', '--real-boundary'],
    ['multipart/mixed; boundary=a; boundary=b', '--a'],
    ['multipart/mixed; boundary=a; boundary=b', '--b'],
  ];
  for (const [contentType, delimiter] of boundaries) {
    it(`are found between ${delimiter} under ${contentType}`, async () => {
      const [one, other] = await Promise.all(
        SAID.map((said) => itemOf(...header(contentType), '', ...parts(said, delimiter))),
      );

      assert.deepEqual([one?.item.text, one?.item.attachments.length], [SAID[0], 1]);
      assert.deepEqual(one?.item.textDoubts, []);
      assert.notEqual(one.itemKey, other?.itemKey);
    });
  }

  it('are read though all lines end with a carriage return alone', async () => {
    const bytes = eml(...header('multipart/mixed; boundary=b'), '', ...parts('said', '--b'));
    const bare = Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\r'), 'latin1');

    for (const pieceBytes of [1, 100, 65_536]) {
      const { item, itemKey } = await read(bare, 0, pieceBytes);

      assert.deepEqual([item.text, item.attachments.length], ['said', 1]);
      assert.equal(itemKey, (await read(bytes)).itemKey);
    }
  });

  const unended: [what: string, part: string[], text: string][] = [
    ['that has headers', ['Content-Type: text/plain', 'Hello you: 5'], 'Hello you: 5'],
    ['that has none', ['Hello you'], 'Hello you'],
    [
      'whose text looks like a header',
      ['Content-Type: text/plain', 'Note: hi', 'you'],
      'Note: hi\nyou',
    ],
    ['of one line that looks like one', ['Content-Type: text/plain', 'Note: hi'], 'Note: hi'],
    ['whose text begins with spaces', ['  Hello', '', 'you'], '  Hello\n\nyou'],
  ];
  for (const [what, part, text] of unended) {
    it(`keep the text of one without a blank line ${what}`, async () => {
      const lines = ['--b', ...part, '--b', '', 'second', '--b', ...part, '--b--', ''];

      const { item } = await itemOf(...header('multipart/mixed; boundary=b'), '', ...lines);

      assert.equal(item.text, `${text}\nsecond\n${text}`);
      assert.deepEqual(item.textDoubts, ['no-blank-line']);
    });
  }

  it('keep the lines of a file without any blank line that can be no headers', async () => {
    const [one, other] = await Promise.all(SAID.map((said) => itemOf(...smsHeader(), said)));
    const stray = await itemOf(...smsHeader(), 'a line without any meaning', '', 'said');

    assert.deepEqual([one?.item.text, one?.item.textDoubts], [SAID[0], ['no-blank-line']]);
    assert.notEqual(one?.itemKey, other?.itemKey);
    assert.deepEqual([stray.item.text, stray.item.textDoubts], ['said', []]);
  });

  it('keep a text that only says that it is in base64', async () => {
    const plain = ['hello there, meet at 5', 'Grüße', 'hello', '?!', 'see you\r\nat 5'];
    for (const said of plain) {
      const { item } = await itemOf(...header('text/plain; charset=utf-8', 'base64'), '', said);

      assert.deepEqual([item.text, item.textDoubts], [said.replace('\r', ''), ['not-base64']]);
    }
    const real = Buffer.from('Grüße an alle').toString('base64');
    for (const sent of [
      real,
      `${real.slice(0, 4)}!*#${real.slice(4)} \t`,
      real.replace(/=+$/u, ''),
    ]) {
      const { item } = await itemOf(...header('text/plain; charset=utf-8', 'base64'), '', sent);

      assert.deepEqual([item.text, item.textDoubts], ['Grüße an alle', []]);
    }
  });
});
