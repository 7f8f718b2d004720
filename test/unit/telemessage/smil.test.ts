import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eml, read, smsHeader } from './emails.ts';

const multipart = () => smsHeader({ 'Content-Type': 'multipart/related; boundary=b' });

describe('a SMIL document', () => {
  const orderOf = async (smil: string, type = 'application/smil') => {
    const { item } = await read(
      eml(
        ...multipart(),
        '',
        '--b',
        `Content-Type: ${type}`,
        '',
        smil,
        '--b',
        'Content-Type: text/plain',
        'Content-ID: <T#1>',
        '',
        'one',
        '--b',
        'Content-Type: text/plain; name="my text & 2.txt"',
        '',
        'two',
        '--b',
        'Content-Type: application/octet-stream',
        'Content-Location: third.dat',
        '',
        'three',
        '--b--',
        '',
      ),
      0,
      65_536,
    );
    return [item.text, item.attachments.length];
  };
  const body = (second: string, first: string) =>
    `<body><par><text src=${second}/></par><par><text src=${first} /><text src="third.dat"/></par></body>`;
  const told: [what: string, smil: string, type?: string][] = [
    ['entities', `<smil>${body('"my text &amp; 2.txt"', '"cid:T&#35;1"')}</smil>`],
    ['escapes', `<smil>${body("'my%20text%20%26%202.txt'", '"cid:t%231"')}</smil>`],
    ['no quotes', `<smil>${body('my%20text%20&amp;%202.txt ', 'cid:T#1')}</smil>`],
    [
      'a comment that names the others first',
      `<smil><!-- <text src="cid:t#1"/> -->${body('"my text &amp; 2.txt"', '"cid:t#1"')}</smil>`,
    ],
    ['a prefix', `<s:smil xmlns:s="x">${body('"my text &amp; 2.txt"', '"cid:t#1"')}</s:smil>`],
    [
      'a document type with declarations',
      `<!-- > --><!DOCTYPE smil [ <!ENTITY a "b"> ]>\r\n<smil>${body('"my text &amp; 2.txt"', '"cid:t#1"')}</smil>`,
    ],
    ['the type text/xml', `<smil>${body('"my text &amp; 2.txt"', '"cid:t#1"')}</smil>`, 'text/xml'],
  ];
  for (const [what, smil, type] of told) {
    it(`with ${what} tells the order, and which bytes are a text`, async () => {
      assert.deepEqual(await orderOf(smil, type), ['two\none\nthree', 0]);
    });
  }

  it('that says something itself is attached, and one that orders nothing is the text', async () => {
    const only = await read(
      eml(...smsHeader({ 'Content-Type': 'application/smil' }), '', '<smil><body/></smil>'),
    );

    assert.equal((await orderOf('<smil><body>BUY</body></smil>'))[1], 2);
    assert.equal((await orderOf('<smil><text src="data:,BUY"/></smil>'))[1], 2);
    assert.equal((await orderOf('<smil><body><text src="third.dat"'))[1], 2);
    assert.deepEqual([only.item.text, only.item.textDoubts], ['<smil><body/></smil>', ['markup']]);
  });

  it('is told from hostile ones in linear time', async () => {
    const started = performance.now();

    for (const unit of ['<!---->', '<!a>', '<!a[]>', '<?x?>', '<smil ', '<smil><a src=x>']) {
      await orderOf(unit.repeat(60_000));
    }

    assert.ok(performance.now() - started < 10_000);
  });
});
