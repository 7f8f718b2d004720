import type { Chance } from './chance.ts';

/** A MIME part before its line ends are chosen: LF everywhere, one character a byte. */
export interface Part {
  readonly fields: readonly string[];
  readonly body: string;
  /** How a SMIL document calls it; null when it has no name for that. */
  readonly reference: string | null;
  /** Whether a line end after its last byte makes no difference. */
  readonly mayEndOpen: boolean;
}

/** Its parts between boundaries of every form, with a preamble, an epilogue or an open end. */
export function multipart(type: string, parts: readonly Part[], chance: Chance): Part {
  const boundary = chance.pick([
    `b${chance.below(2 ** 31)}`,
    `----=_Part_${chance.below(2 ** 31)}.${chance.below(2 ** 31)}`,
    `=_${chance.below(2 ** 31)}'()+_,-./:=?`,
    `${'x'.repeat(59)}${String(chance.below(2 ** 31)).padStart(10, '0')}`,
    `with space ${chance.below(2 ** 31)}`,
  ]);
  const preamble = chance.is(0.3) ? 'This is a multi-part message in MIME format.\n' : '';
  const blocks = parts.map(
    ({ fields, body }) =>
      `--${boundary}\n${fields.join('\n')}${fields.length > 0 ? '\n' : ''}\n${body}\n`,
  );
  const last = parts.at(-1);
  const isOpen = last?.mayEndOpen === true && chance.is(0.03);
  const end = isOpen ? '' : `--${boundary}--${chance.pick(['', '\n', '\nepilogue\n'])}`;
  const named = /['; ]/.test(boundary)
    ? `"${boundary}"`
    : chance.pick([
        `"${boundary}"`,
        `"${boundary}"`,
        `'${boundary}'`,
        `"${boundary.toUpperCase()}"`,
        `"${boundary}"; boundary="other"`,
      ]);
  // MMS gateways name their multiparts rightly.
  const own = type.includes('/') ? `"${boundary}"` : named;
  return {
    fields: [`Content-Type: ${type.includes('/') ? type : `multipart/${type}`}; boundary=${own}`],
    body: `${preamble}${blocks.join('')}${end}`,
    reference: null,
    mayEndOpen: false,
  };
}
