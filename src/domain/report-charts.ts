import { escape, grouped } from './report-markup.ts';

/** One bar; `kind` is its colour, and never the only thing that tells it from others. */
export interface Bar {
  readonly label: string;
  /** Null: nothing is known of it, which is not the same as 0. */
  readonly value: number | null;
  readonly kind: 'plain' | 'good' | 'warn' | 'bad' | 'quiet';
  /** A sign on the base line, for what has no length. */
  readonly mark?: string;
}

const WIDTH = 480;
const ROW = 34;
const LABEL_WIDTH = 118;
const VALUE_WIDTH = 84;
const COLUMN_HEIGHT = 150;
const BASE = 172;
const MARGIN = 8;

/** Bars from left to right, one below the other, each with its figure. `id` is one of the page. */
export function barChart(id: string, title: string, bars: readonly Bar[]): string {
  const most = mostOf(bars);
  const room = WIDTH - LABEL_WIDTH - VALUE_WIDTH;
  const rows = bars.map(({ label, value, kind }, at) => {
    const [top, length] = [at * ROW, lengthOf(value ?? 0, most, room)];
    const middle = top + ROW / 2 + 5;
    return `<text x="${px(LABEL_WIDTH - 10)}" y="${px(middle)}" text-anchor="end">${escape(label)}</text><rect class="${kind}" x="${px(LABEL_WIDTH)}" y="${px(top + 6)}" width="${px(length)}" height="${px(ROW - 12)}" rx="2"/><text class="value" x="${px(LABEL_WIDTH + length + 8)}" y="${px(middle)}">${escape(grouped(value ?? 0))}</text>`;
  });
  return svg(id, title, alternative(bars), bars.length * ROW, rows);
}

/**
 * Columns side by side on one base line, with the highest figure at its column and a label below each
 * `every`th. A column of which nothing is known is a dotted line.
 */
export function columnChart(
  id: string,
  title: string,
  bars: readonly Bar[],
  { every, summary }: { readonly every: number; readonly summary: string },
): string {
  const most = mostOf(bars);
  const step = (WIDTH - 2 * MARGIN) / Math.max(1, bars.length);
  const topAt = bars.findIndex(({ value }) => value !== null && value === most && most > 0);
  const columns = bars.map((bar, at) => {
    const [left, middle] = [MARGIN + at * step + 1, MARGIN + (at + 0.5) * step];
    const anchor = anchorOf(at, bars.length);
    const label = at % every === 0 ? text('label', middle, BASE + 20, anchor, bar.label) : '';
    if (bar.value === null) {
      return `<line class="unknown" x1="${px(middle)}" y1="${px(BASE - 40)}" x2="${px(middle)}" y2="${px(BASE)}"/>${label}`;
    }
    const height = lengthOf(bar.value, most, COLUMN_HEIGHT - 10);
    const value =
      at === topAt ? text('value', middle, BASE - height - 6, anchor, grouped(bar.value)) : '';
    const mark = bar.mark === undefined ? '' : text('value', middle, BASE - 4, 'middle', bar.mark);
    return `${column(bar.kind, left, step - 2, height)}${mark}${value}${label}`;
  });
  const base = `<line class="base" x1="${px(MARGIN)}" y1="${px(BASE)}" x2="${px(WIDTH - MARGIN)}" y2="${px(BASE)}"/>`;
  return svg(id, title, summary, BASE + 28, [...columns, base]);
}

function column(kind: string, x: number, width: number, height: number): string {
  if (height === 0) return '';
  return `<rect class="${kind}" x="${px(x)}" y="${px(BASE - height)}" width="${px(width)}" height="${px(height)}"/>`;
}

function text(kind: string, x: number, y: number, anchor: string, words: string): string {
  return `<text class="${kind}" x="${px(x)}" y="${px(y)}" text-anchor="${anchor}">${escape(words)}</text>`;
}

/** Words at the edges stay within the picture. */
function anchorOf(at: number, count: number): string {
  if (at < 2) return 'start';
  return at > count - 3 ? 'end' : 'middle';
}

/** What is not 0 shows. */
function lengthOf(value: number, most: number, room: number): number {
  return value === 0 || most === 0 ? 0 : Math.max(2, (value / most) * room);
}

function mostOf(bars: readonly Bar[]): number {
  return bars.reduce((most, { value }) => Math.max(most, value ?? 0), 0);
}

function alternative(bars: readonly Bar[]): string {
  return `${bars.map(({ label, value }) => `${label}: ${grouped(value ?? 0)}`).join(', ')}.`;
}

function svg(
  id: string,
  title: string,
  description: string,
  height: number,
  content: readonly string[],
): string {
  return `<svg role="img" viewBox="0 0 ${px(WIDTH)} ${px(height)}" aria-labelledby="${id}-title ${id}-text"><title id="${id}-title">${escape(title)}</title><desc id="${id}-text">${escape(description)}</desc>
${content.join('\n')}
</svg>`;
}

/** Tenths of a pixel are enough. */
function px(length: number): string {
  return String(Math.round(length * 10) / 10);
}
