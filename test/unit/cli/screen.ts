import type { Screen } from '../../../src/cli/output.ts';

/** A terminal that keeps what is written on it. */
export interface KeptScreen extends Screen {
  readonly written: string[];
}

export function aScreen({ rows = 24, columns = 80 } = {}): KeptScreen {
  const written: string[] = [];
  return {
    written,
    rows: () => rows,
    columns: () => columns,
    write: (text) => written.push(text),
    paint: (_style, text) => text,
    onResize: () => () => undefined,
  };
}
