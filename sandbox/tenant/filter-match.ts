import type { Filter } from './filter.ts';
import { canonicalPropertyId } from './properties.ts';
import { isObject } from './request-body.ts';

/**
 * Whether an entity, given as its JSON, meets the filter. Texts compare without regard to letter
 * case, as Exchange and Entra do, except the id of an extended property: its name is case-sensitive.
 */
export function matches(filter: Filter, entity: unknown): boolean {
  return holds(filter, (path) => valueAt(entity, path));
}

type Read = (path: string) => unknown;

function holds(filter: Filter, read: Read): boolean {
  switch (filter.op) {
    case 'and':
      return holds(filter.left, read) && holds(filter.right, read);
    case 'or':
      return holds(filter.left, read) || holds(filter.right, read);
    case 'not':
      return !holds(filter.inner, read);
    case 'text':
      return testText(filter, read(filter.path));
    case 'compare':
      return compare(filter, read(filter.path));
    case 'any': {
      const { path, variable, inner } = filter;
      const isProperty = path === 'singleValueExtendedProperties';
      const elements = read(path);
      const wanted = isProperty ? withCanonicalIds(inner, `${variable}/id`) : inner;
      return (
        Array.isArray(elements) &&
        elements.some((element) =>
          holds(wanted, (inside) => {
            if (inside === variable) return element as unknown;
            if (!inside.startsWith(`${variable}/`)) return read(inside);
            const value = valueAt(element, inside.slice(variable.length + 1));
            return isProperty && inside.endsWith('/id') ? exact(String(value)) : value;
          }),
        )
      );
    }
  }
}

function compare(filter: Extract<Filter, { op: 'compare' }>, actual: unknown): boolean {
  const { by, value } = filter;
  const [left, right] = comparable(actual ?? null, value);
  if (by === 'eq') return left === right;
  if (by === 'ne') return left !== right;
  if (left === null || right === null) return false;
  if (by === 'gt') return left > right;
  if (by === 'ge') return left >= right;
  if (by === 'lt') return left < right;
  return left <= right;
}

type Scalar = string | number | boolean | null;

function comparable(
  actual: unknown,
  wanted: Extract<Filter, { op: 'compare' }>['value'],
): [Scalar, Scalar] {
  if (typeof wanted === 'object' && wanted !== null) {
    return [typeof actual === 'string' ? Date.parse(actual) : null, wanted.timeMs];
  }
  const folded = typeof wanted === 'string' ? wanted.toLowerCase() : wanted;
  if (typeof actual === 'string') return [actual.toLowerCase(), folded];
  return [typeof actual === 'number' || typeof actual === 'boolean' ? actual : null, folded];
}

function testText(filter: Extract<Filter, { op: 'text' }>, actual: unknown): boolean {
  if (typeof actual !== 'string') return false;
  const [text, part] = [actual.toLowerCase(), filter.value.toLowerCase()];
  if (filter.by === 'startswith') return text.startsWith(part);
  return filter.by === 'endswith' ? text.endsWith(part) : text.includes(part);
}

function withCanonicalIds(filter: Filter, path: string): Filter {
  if (filter.op === 'and' || filter.op === 'or') {
    const { op } = filter;
    const [left, right] = [filter.left, filter.right].map((one) => withCanonicalIds(one, path));
    return left === undefined || right === undefined ? filter : { op, left, right };
  }
  if (filter.op !== 'compare' || filter.path !== path || typeof filter.value !== 'string') {
    return filter;
  }
  return { ...filter, value: exact(canonicalPropertyId(filter.value) ?? filter.value) };
}

/** A form in which texts that differ in letter case stay different when compared without it. */
function exact(text: string): string {
  return Buffer.from(text).toString('hex');
}

function valueAt(entity: unknown, path: string): unknown {
  return path
    .split('/')
    .reduce<unknown>((value, member) => (isObject(value) ? value[member] : undefined), entity);
}
