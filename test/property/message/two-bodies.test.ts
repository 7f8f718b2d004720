import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Item } from '../../../src/domain/item.ts';
import type { ComposeOptions } from '../../../src/message/compose.ts';
import { composeMessage } from '../../../src/message/compose.ts';
import { GOLDEN_CASES } from '../../unit/message/golden-cases.ts';
import { aFile, ALICE, anMms, BOB, OPTIONS } from '../../unit/message/items.ts';

const SEED = Number(process.env['BODIES_SEED'] ?? Date.now() % 2 ** 31);

for (const { name, item, options } of GOLDEN_CASES) {
  test(`${name} says the same as text and as HTML`, () => {
    assertSame(item, options);
  });
}

test(`any texts, names and file names say the same as text and as HTML (seed ${String(SEED)})`, () => {
  const any = fc.string({ unit: 'binary', maxLength: 30 });
  const item = fc.record({ text: any, subject: any, groupName: any, threadId: any });
  fc.assert(
    fc.property(item, any, any, (facts, name, fileName) => {
      const parties = [ALICE, { ...BOB, name }];
      assertSame(anMms([aFile({ name: fileName })], { ...facts, parties }), {});
    }),
    { numRuns: 200, seed: SEED },
  );
});

test('each side of a fact has a direction of its own, and no letter in it changes that of another', () => {
  const name = 'ليلى \u202eחסן\u202c';
  const { html, text, from, subject } = composeMessage(
    anMms([], { subject: '', parties: [{ ...ALICE, name }, BOB], groupName: name }),
    OPTIONS,
  );

  assert.match(
    html,
    /<bdi>\+447700900123<\/bdi>, <bdi>ليلى \[U\+202E\]חסן\[U\+202C\]<\/bdi>, <bdi>/,
  );
  for (const shown of [from.name, subject, html, text])
    assert.doesNotMatch(shown, /[\u202a-\u202e]/);
});

test('a number stands before a name from right to left, behind which it would read backwards', () => {
  const nameOf = (name: string) =>
    composeMessage(anMms([], { parties: [{ ...ALICE, name }] }), OPTIONS).from.name;

  assert.equal(nameOf('ליאת'), '+447700900123 ליאת');
  assert.equal(nameOf('حسن Hassan'), '+447700900123 حسن Hassan');
  assert.equal(nameOf('Zoë 源'), 'Zoë 源 (+447700900123)');
});

test('a text that reverses the direction of letters is kept as it came, with a note', () => {
  const noted = composeMessage(anMms([], { text: 'pay \u202e0001\u202c' }), OPTIONS);
  const plain = composeMessage(anMms([], { text: 'عربي \u202d0770\u202c' }), OPTIONS);

  assert.match(noted.text, /^Note: +The text reverses the direction of letters \(U\+202E\)/m);
  assert.ok(noted.text.includes('pay \u202e0001\u202c'));
  assert.doesNotMatch(plain.text, /^Note:/m);
});

test('half of a character, as a cut message has it, is shown as such on both sides', () => {
  const { text, html, subject } = composeMessage(
    anMms([], { text: 'cut \ud83d', subject: 'cut \udcc4', groupName: '\ud83d' }),
    OPTIONS,
  );

  for (const shown of [text, html]) assert.ok(shown.includes('cut \ufffd'));
  assert.equal(subject, 'cut \ufffd');
  assert.ok([text, html].every((shown) => shown.isWellFormed()));
});

function assertSame(item: Item, options: Partial<ComposeOptions> | undefined): void {
  const { text, html } = composeMessage(item, { ...OPTIONS, ...options });
  const fromHtml = html
    .slice(html.indexOf('<table'))
    .replace(/<\/th><td[^>]*>/g, ': ')
    .replace(/<li[^>]*>/g, '- ')
    .replace(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
  assert.deepEqual(wordsOf(fromHtml), wordsOf(text.replace(/[^\P{Cc}\s]/gu, picture)));
}

/** How HTML shows a control that Exchange cannot hold; those from U+0080 on stay. */
function picture(control: string): string {
  const code = control.charCodeAt(0);
  if (code === 0x7f) return '\u2421';
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : control;
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
