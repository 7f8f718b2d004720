import type { Tree } from '../../config/tree.ts';
import { isTree } from '../../config/tree.ts';

/** What stands at a place of a mapping; undefined for nothing. */
export function valueAt(tree: Tree, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, step) => (isTree(at) ? at[step] : undefined), tree);
}
