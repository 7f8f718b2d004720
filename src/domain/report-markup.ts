/** The few pieces of HTML that a report is made of. Every value that comes in is escaped here. */

/** `at`: a time, ISO 8601 UTC in seconds. */
export type Value = string | number | { readonly at: string } | null;

/** Text in HTML, in attributes too. */
export function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A cell's text: numbers with a comma between thousands, a dash for nothing. */
export function shown(value: Value): string {
  if (value === null || value === '') return '–';
  if (typeof value === 'object') return time(value.at);
  return escape(typeof value === 'number' ? grouped(value) : value);
}

/** `2026-11-23 09:15`; the seconds stand in the attribute. */
export function time(at: string): string {
  return `<time datetime="${escape(at)}">${escape(at.slice(0, 16).replace('T', ' '))}</time>`;
}

/** `12,345`. */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/gu, ',');
}

/** `1 item`, `12,345 items`. */
export function counted(count: number, word: string, many = `${word}s`): string {
  return `${grouped(count)} ${count === 1 ? word : many}`;
}

/** `3 d 4 h`, `11 h 6 min 40 s`: exact, without what is 0. */
export function duration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const said = parts.flatMap(([count, unit]) => (count === 0 ? [] : [`${grouped(count)} ${unit}`]));
  return said.length === 0 ? '0 s' : said.join(' ');
}

export interface Column {
  readonly head: string;
  /**
   * `count`: to the right. `word`: in one line. `code`: digests, which may break anywhere. `name`:
   * addresses and file names, which break at their own signs first.
   */
  readonly kind?: 'count' | 'word' | 'code' | 'name';
}

/**
 * A table whose first column names its rows. On a phone each row stands as a card, each cell with its
 * head beside it, save in a narrow table; the roles keep it a table for screen readers, which go by how
 * it is laid out.
 */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Value[])[],
  { isNarrow = columns.length <= 2 }: { readonly isNarrow?: boolean } = {},
): string {
  const heads = columns.map(
    ({ head, kind }) => `<th scope="col" role="columnheader"${classOf(kind)}>${escape(head)}</th>`,
  );
  const lines = rows.map((row) => {
    const cells = row.map((value, at) => {
      const { head = '', kind } = columns[at] ?? {};
      const about = `${classOf(kind)} data-head="${escape(head)}"`;
      const text = kind === 'name' ? shown(value).replaceAll(/[@_]/gu, '$&<wbr>') : shown(value);
      return at === 0
        ? `<th scope="row" role="rowheader"${about}>${text}</th>`
        : `<td role="cell"${about}>${text}</td>`;
    });
    return `<tr role="row">${cells.join('')}</tr>`;
  });
  return `<table role="table"${isNarrow ? ' class="narrow"' : ''}><caption>${escape(caption)}</caption>
<thead role="rowgroup"><tr role="row">${heads.join('')}</tr></thead>
<tbody role="rowgroup">
${lines.join('\n')}
</tbody></table>`;
}

function classOf(kind: Column['kind']): string {
  return kind === undefined ? '' : ` class="${kind}"`;
}

export function paragraph(text: string): string {
  return `<p>${escape(text)}</p>`;
}

/** A command to type, by itself on a line. */
export function command(text: string): string {
  return `<p class="command"><code>${escape(text)}</code></p>`;
}

export function list(lines: readonly string[], kind: 'words' | 'code' = 'words'): string {
  const items = lines.map((line) => `<li>${escape(line)}</li>`).join('\n');
  return `<ul${kind === 'code' ? ' class="code"' : ''}>${items}</ul>`;
}

/** Figures that most readers pass over; printed whole. */
export function folded(summary: string, content: string): string {
  return `<details><summary>${escape(summary)}</summary>${content}</details>`;
}

/** A part of the page under its heading; nothing at all without content. */
export function section(heading: string, ...content: readonly string[]): string {
  const parts = content.filter((part) => part !== '');
  if (parts.length === 0) return '';
  return `<section><h2>${escape(heading)}</h2>\n${parts.join('\n')}\n</section>`;
}
