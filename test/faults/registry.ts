import type { Cell, UntriedRow } from './cell.ts';
import { TENANT_CELLS } from './cells/tenant.ts';

/** All cells, by row. A new file of cells is listed here. */
export const CELLS: readonly Cell[] = [...TENANT_CELLS];

/** Rows that cannot be tried here. */
export const UNTRIED: readonly UntriedRow[] = [];
