import { stripVTControlCharacters } from 'node:util';

import type { Screen } from './output.ts';

/** Control sequences of ECMA-48 and xterm; a terminal that lacks one ignores it. */
const CSI = '\u001b[';
/** The second screen, without a cursor and without breaking lines by itself. */
const ENTER = `${CSI}?1049h${CSI}?25l${CSI}?7l`;
const LEAVE = `${CSI}?7h${CSI}?25h${CSI}?1049l`;
/** Shows what comes between the two at once. */
const [BEGIN, END] = [`${CSI}?2026h`, `${CSI}?2026l`];
const HOME = `${CSI}H`;
const CLEAR_LINE = `${CSI}K`;
const CLEAR_BELOW = `${CSI}J`;

/** A page that is drawn over itself, on the terminal's second screen: nothing of it stays. */
export interface LiveView {
  /** Lines no wider than the screen, and one that stays at the foot whatever the height. */
  draw(lines: readonly string[], foot: string): void;
  close(): void;
}

/** Each page is written over the one before without clearing it, so that nothing flickers. */
export function liveView(screen: Screen): LiveView {
  let shown = '';
  let isOpen = true;
  const close = () => {
    if (isOpen) screen.write(LEAVE);
    isOpen = false;
    process.off('exit', close);
  };
  // However the process ends, the terminal is the person's again.
  process.once('exit', close);
  screen.write(ENTER);
  return {
    draw(lines, foot) {
      const page = [...fitting(lines, screen.rows() - 1), foot];
      const drawn = page.map((line) => `${line}${CLEAR_LINE}`).join('\r\n');
      if (drawn === shown || !isOpen) return;
      shown = drawn;
      screen.write(`${BEGIN}${HOME}${drawn}${CLEAR_BELOW}${END}`);
    },
    close,
  };
}

/** What goes on a page, the most important first; the last line says that there is more. */
function fitting(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines;
  const kept = lines.slice(0, Math.max(0, rows - 1));
  while (stripVTControlCharacters(kept.at(-1) ?? '-').trim() === '') kept.pop();
  return [...kept, `… ${String(lines.length - kept.length)} more lines`];
}
