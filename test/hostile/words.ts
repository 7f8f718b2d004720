import type { Chance } from './chance.ts';

/** What is put into an item, and what a reader must see of it there: written by hand, both. */
export interface Said {
  readonly sent: string;
  readonly seen: string;
}

/** Words that a writer of any alphabet uses; seen as they are wherever they stand. */
const WORDS = [
  'plan',
  'Tarn & Vesper',
  '10 o’clock',
  '£45 – 50',
  'café',
  'Straße',
  'naïve œuvre',
  '“quoted”',
  'Übergröße',
  'Ελληνικά',
  'Привет',
  'žluťoučký kůň',
  'İstanbul ığdır',
  'こんにちは',
  '東京',
  '你好',
  '繁體',
  '한국어',
  'שלום',
  'مرحبا',
  'می\u200cخواهم',
  '😀',
  '👨\u200d👩\u200d👧',
  '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}',
  'e\u0301',
  'a=b',
  '=3D',
  '100%',
  "it's",
  'semi;colon',
  'R&D <b>',
  'back\\slash',
  'nbsp\u00a0here',
  '𝔘𝔫𝔦𝔠𝔬𝔡𝔢',
] as const;

/** What misleads or breaks out in one line: a name, a subject, the value of a header. */
const LINE_TRAPS: readonly Said[] = [
  { sent: '\r\nBcc: evil@example.com\r\n', seen: ' Bcc: evil@example.com ' },
  { sent: '\nX-Evil: 1', seen: ' X-Evil: 1' },
  { sent: '\r\n\r\nBODY', seen: ' BODY' },
  { sent: '\rX-Evil: 2\r', seen: ' X-Evil: 2 ' },
  { sent: '\tTab', seen: ' Tab' },
  { sent: 'so\u2028so\u2029so', seen: 'so so so' },
  { sent: 'nel\u0085nel', seen: 'nel nel' },
  { sent: 'nul\0nul', seen: 'nul[U+0000]nul' },
  { sent: '\u001b[31mred', seen: '[U+001B][31mred' },
  { sent: 'del\u007f', seen: 'del[U+007F]' },
  { sent: 'zero\u200bwidth', seen: 'zerowidth' },
  { sent: 'soft\u00adhyphen', seen: 'softhyphen' },
  { sent: '\u200emark\u200f', seen: 'mark' },
  { sent: '\u2066isolate\u2069', seen: 'isolate' },
  { sent: 'ta\u{e0041}g', seen: 'ta[U+E0041]g' },
  { sent: '=?utf-8?Q?Bcc:=20evil?=', seen: '=?utf-8?Q?Bcc:=20evil?=' },
  { sent: '"; filename="evil.exe', seen: '"; filename="evil.exe' },
  { sent: 'Jane<jane@example.org>', seen: 'Jane<jane@example.org>' },
  { sent: '<script>alert(1)</script>', seen: '<script>alert(1)</script>' },
  { sent: 'a, b; c: d', seen: 'a, b; c: d' },
  { sent: 'two  spaces', seen: 'two spaces' },
];

/** Direction overrides: shown in a subject; a name is searched without them. */
const OVERRIDE: Said = { sent: '\u202egnp.exe\u202c', seen: '[U+202E]gnp.exe[U+202C]' };
const OVERRIDE_IN_NAME: Said = { sent: '\u202egnp.exe\u202c', seen: 'gnp.exe' };

const TEXT_TRAPS: readonly Said[] = [
  ...[
    '\n',
    '\n\n\n',
    '\nBcc: evil@example.com\n',
    '\n.\n',
    '\nFrom the office\n',
    '\n> quoted\n',
    '\n--\n',
    '\n-- \nsignature',
    '\n  indented',
    '\ttab',
    'two  spaces',
    '\u202egnp.exe\u202c',
    '\u2066isolate\u2069',
    '\u202dover\u202b\u202aride\u202c',
    '\u2067right\u2069',
    'ta\u{e0041}g',
    'zero\u200bwidth',
    'so\u2028so\u2029so',
    '\u001b[31mred',
    'a\u0001\u0008\u000b\u000cb',
    'del\u007f',
    '</pre><script>alert(1)</script>',
    '&lt;&amp;&#60;',
    '=?utf-8?Q?no?=',
    '=C3=A9',
    'SGVsbG8=',
    'begin 644 x.txt',
    'x'.repeat(1_200),
    'word '.repeat(120),
    'Ü'.repeat(300),
  ].map((sent) => ({ sent, seen: sent })),
  { sent: 'nul\0nul', seen: 'nul\ufffdnul' },
  { sent: 'half\ud83d half', seen: 'half\ufffd half' },
  { sent: 'other\ude00 half', seen: 'other\ufffd half' },
  { sent: 'lone\rreturn', seen: 'lone\nreturn' },
  { sent: 'full\r\nend', seen: 'full\nend' },
];

/** A line for a header: words with traps between them, never at an edge that a reader trims. */
export function aLine(chance: Chance): Said {
  const words: Said[] = chance.some(WORDS, 1 + chance.below(4)).map(plain);
  const traps = chance.is(0.5) ? chance.some([...LINE_TRAPS, OVERRIDE], 1 + chance.below(3)) : [];
  return sentence(chance, words, traps);
}

/** A person's name of at least two words, without digits: those would be a number. */
export function aName(chance: Chance): Said {
  const first = chance.pick(['Priya', 'Zoë', 'Ольга', '李', 'Søren', 'Ann-Marie', 'Łukasz', 'أمل']);
  const last = chance.pick([
    'Raghunathan',
    'O’Neil',
    'Müller',
    'Петрова',
    '小雨',
    'Nuñez',
    'García',
  ]);
  if (chance.is(0.5)) return plain(`${first} ${last}`);
  // Digits of a desk or a team, beside those of the number.
  if (chance.is(0.2)) {
    const desk = String(chance.below(1000));
    return plain(chance.pick([`${first} ${desk}`, `${desk} ${last}`, `O2 ${first} ${desk}`]));
  }
  const traps = [...LINE_TRAPS, OVERRIDE_IN_NAME].filter(
    ({ sent }) => !/\d|^[\t,;]|<[^>]*>/.test(sent) && !sent.includes('@'),
  );
  const between = chance.is(0.6) ? chance.pick(traps) : plain(chance.pick(NAME_WORDS));
  return oneLined(`${first} ${between.sent} ${last}`, `${first} ${between.seen} ${last}`);
}

const NAME_WORDS = WORDS.filter((word) => !/[\d\u00a0]/.test(word));

/** A text of several lines; its first and last characters are visible. */
export function aText(chance: Chance): Said {
  if (chance.is(0.04)) return plain('');
  const said: Said[] = [];
  const count = 1 + chance.below(8);
  for (let at = 0; at < count; at += 1) {
    said.push(plain(chance.pick(WORDS)));
    if (chance.is(0.5)) said.push(chance.pick(TEXT_TRAPS));
  }
  const end = plain(chance.pick(['end', 'ende.', 'fin']));
  const between = () => (chance.is(0.8) ? ' ' : '');
  return [...said, end].reduce((whole, each) => {
    const space = between();
    return { sent: whole.sent + space + each.sent, seen: whole.seen + space + each.seen };
  });
}

/** A text of one alphabet, so that its own character sets can carry it. */
export function aPlainText(chance: Chance): Said {
  const word = chance.pick(WORDS);
  const lines = Array.from({ length: 1 + chance.below(4) }, () => `${word} ok ${word}`);
  return plain(lines.join('\n'));
}

export function plain(text: string): Said {
  return { sent: text, seen: text };
}

function sentence(chance: Chance, words: readonly Said[], traps: readonly Said[]): Said {
  const parts: Said[] = [];
  for (const [at, word] of words.entries()) {
    parts.push(word);
    const trap = traps[at];
    if (trap !== undefined) parts.push(trap);
  }
  parts.push(plain(chance.pick(['end', 'ende', 'fin.'])));
  return oneLined(parts.map(({ sent }) => sent).join(' '), parts.map(({ seen }) => seen).join(' '));
}

/** Spaces side by side are one to the reader of a line. */
export function oneLined(sent: string, seen: string): Said {
  return { sent: sent.trim(), seen: seen.replaceAll(/ {2,}/g, ' ').trim() };
}
