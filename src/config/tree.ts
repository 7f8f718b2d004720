/** A mapping of the YAML file before it is known to be right. */
export type Tree = Readonly<Record<string, unknown>>;

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The mapping under a key; null when there is none or it is something else. */
export function treeAt(tree: Tree, key: string): Tree | null {
  const value = tree[key];
  return isTree(value) ? value : null;
}

/** The same without keys that have no value: `canaryMailbox:` is as good as not there. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isTree(value)) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(entries.map(([key, each]) => [key, withoutNulls(each)]));
}
