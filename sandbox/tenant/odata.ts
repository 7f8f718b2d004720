import { GraphFailure } from './answer.ts';
import { parseFilter } from './filter.ts';
import type { Filter } from './filter.ts';

/** The query options of a collection, read and checked. */
export interface Query {
  readonly filter: Filter | null;
  /** As written, with its double quotes. */
  readonly search: string | null;
  /** Names of the properties wanted; null for the default ones. */
  readonly select: readonly string[] | null;
  readonly expand: readonly Expansion[];
  readonly orderBy: { readonly path: string; readonly isDescending: boolean } | null;
  readonly top: number;
  readonly skip: number;
  readonly isCounted: boolean;
}

export interface Expansion {
  readonly property: string;
  readonly filter: Filter | null;
  readonly select: readonly string[] | null;
}

/** Reads `$filter`, `$select` …, also without the dollar sign. @throws {GraphFailure} 400 */
export function readQuery(
  query: URLSearchParams,
  pages: { readonly pageSize: number; readonly maxPageSize: number },
): Query {
  const option = (name: string) => query.get(`$${name}`) ?? query.get(name);
  const filter = option('filter');
  const [path, direction] = (option('orderby') ?? '').trim().split(/\s+/);
  const skipToken = option('skiptoken');
  return {
    filter: filter === null ? null : parseFilter(filter),
    search: option('search'),
    select: names(option('select')),
    expand: splitOutside(option('expand') ?? '', ',').map(readExpansion),
    orderBy:
      path === undefined || path === '' ? null : { path, isDescending: direction === 'desc' },
    top: Math.min(wholeNumber('top', option('top'), 1) ?? pages.pageSize, pages.maxPageSize),
    skip: wholeNumber('skip', option('skip') ?? skipToken, 0) ?? 0,
    isCounted: option('count') === 'true',
  };
}

/**
 * One page of a collection as Graph answers it, with `@odata.nextLink` while there is more. The link
 * keeps every option of the request and moves its position, named by `pageOption`.
 */
export function page<Entity>(
  all: readonly Entity[],
  query: Query,
  request: { readonly url: URL; readonly context: string; readonly pageOption: string },
  show: (entity: Entity) => unknown,
): Readonly<Record<string, unknown>> {
  const end = query.skip + query.top;
  const next = new URL(request.url);
  next.searchParams.delete('$skip');
  next.searchParams.set(request.pageOption, String(end));
  return {
    '@odata.context': `${request.url.origin}/v1.0/$metadata#${request.context}`,
    ...(query.isCounted ? { '@odata.count': all.length } : {}),
    value: all.slice(query.skip, end).map(show),
    ...(end < all.length ? { '@odata.nextLink': next.href } : {}),
  };
}

/** Only the selected members, with those whose names begin with `@` and the id. */
export function selected(
  entity: Readonly<Record<string, unknown>>,
  select: readonly string[] | null,
  known: { readonly type: string; readonly members: readonly string[] },
): Readonly<Record<string, unknown>> {
  if (select === null) return entity;
  for (const name of select) {
    if (!known.members.includes(name) && !(name in entity)) {
      throw new GraphFailure(
        400,
        'BadRequest',
        `Parsing OData Select and Expand failed: Could not find a property named '${name}' on type 'microsoft.graph.${known.type}'.`,
      );
    }
  }
  return Object.fromEntries(
    Object.entries(entity).filter(
      ([name]) => name === 'id' || name.startsWith('@') || select.includes(name),
    ),
  );
}

function readExpansion(text: string): Expansion {
  const [, property = '', options = ''] = /^\s*([\w.]+)\s*(?:\((.*)\))?\s*$/s.exec(text) ?? [];
  if (property === '') {
    throw new GraphFailure(400, 'BadRequest', 'Parsing OData Select and Expand failed.');
  }
  const parts = splitOutside(options, ';').map((part) => part.trim());
  const option = (name: string) =>
    parts.find((part) => part.startsWith(`$${name}=`))?.slice(name.length + 2) ?? null;
  const filter = option('filter');
  return {
    property,
    filter: filter === null ? null : parseFilter(filter),
    select: names(option('select')),
  };
}

/** Splits at the sign, but not inside quotes or parentheses. */
function splitOutside(text: string, sign: string): string[] {
  const parts = [''];
  let depth = 0;
  let isQuoted = false;
  for (const letter of text) {
    if (letter === "'") isQuoted = !isQuoted;
    if (!isQuoted && letter === '(') depth += 1;
    if (!isQuoted && letter === ')') depth -= 1;
    if (letter === sign && depth === 0 && !isQuoted) parts.push('');
    else parts[parts.length - 1] = `${parts.at(-1) ?? ''}${letter}`;
  }
  return parts.filter((part) => part.trim() !== '');
}

function names(list: string | null): string[] | null {
  if (list === null || list.trim() === '') return null;
  return list.split(',').map((name) => name.trim());
}

function wholeNumber(option: string, text: string | null, least: number): number | null {
  if (text === null) return null;
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw new GraphFailure(
    400,
    'BadRequest',
    `Invalid value '${text}' for the query option $${option}.`,
  );
}
