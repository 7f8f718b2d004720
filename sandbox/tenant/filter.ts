import { GraphFailure } from './answer.ts';

/** A parsed `$filter`. Paths are as written: `from/emailAddress/address`, in a lambda `p` or `ep/id`. */
export type Filter =
  | { readonly op: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly op: 'not'; readonly inner: Filter }
  | {
      readonly op: 'compare';
      readonly by: Comparison;
      readonly path: string;
      readonly value: Value;
    }
  | { readonly op: 'text'; readonly by: TextTest; readonly path: string; readonly value: string }
  | {
      readonly op: 'any';
      readonly path: string;
      readonly variable: string;
      readonly inner: Filter;
    };

type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
type TextTest = 'startswith' | 'endswith' | 'contains';
type Value = string | number | boolean | null | { readonly timeMs: number };

const COMPARISONS: readonly string[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];
const TEXT_TESTS: readonly string[] = ['startswith', 'endswith', 'contains'];
const TOKEN =
  /\s*(?:(?<text>'(?:[^']|'')*')|(?<time>\d{4}-\d\d-\d\d(?:T[\d:.]+)?(?:Z|[+-]\d\d:\d\d)?)|(?<number>-?\d+(?:\.\d+)?)|(?<word>[A-Za-z_@][\w/.]*)|(?<sign>[(),:]))/y;

interface Token {
  readonly kind: 'text' | 'time' | 'number' | 'word' | 'sign' | 'end';
  readonly text: string;
}

/** Parses the part of OData's grammar that Graph documents for users, folders and messages. @throws {GraphFailure} 400 */
export function parseFilter(source: string): Filter {
  const parser = new FilterParser(tokens(source));
  const filter = parser.disjunction();
  parser.expect('end', '');
  return filter;
}

/** The literal that `path eq` must have for anything to match; null when the filter does not say. */
export function requiredText(filter: Filter, path: string): string | null {
  if (filter.op === 'compare') {
    const isIt = filter.by === 'eq' && filter.path === path;
    return isIt && typeof filter.value === 'string' ? filter.value : null;
  }
  if (filter.op !== 'and') return null;
  return requiredText(filter.left, path) ?? requiredText(filter.right, path);
}

/** All filters within this one, itself first. */
export function partsOf(filter: Filter): Filter[] {
  if (filter.op === 'and' || filter.op === 'or') {
    return [filter, ...partsOf(filter.left), ...partsOf(filter.right)];
  }
  if (filter.op === 'not' || filter.op === 'any') return [filter, ...partsOf(filter.inner)];
  return [filter];
}

class FilterParser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(all: readonly Token[]) {
    this.#tokens = all;
  }

  disjunction(): Filter {
    let left = this.#conjunction();
    while (this.#take('word', 'or')) left = { op: 'or', left, right: this.#conjunction() };
    return left;
  }

  expect(kind: Token['kind'], text: string): void {
    if (!this.#take(kind, text)) throw invalid(this.#peek().text);
  }

  #conjunction(): Filter {
    let left = this.#term();
    while (this.#take('word', 'and')) left = { op: 'and', left, right: this.#term() };
    return left;
  }

  #term(): Filter {
    if (this.#take('word', 'not')) return { op: 'not', inner: this.#term() };
    if (this.#take('sign', '(')) {
      const inner = this.disjunction();
      this.expect('sign', ')');
      return inner;
    }
    const word = this.#next('word');
    if (this.#take('sign', '(')) return this.#call(word);
    const by = this.#next('word');
    if (by === 'in') return this.#oneOf(word);
    if (!COMPARISONS.includes(by)) throw invalid(by);
    return { op: 'compare', by: by as Comparison, path: word, value: this.#literal() };
  }

  #call(word: string): Filter {
    if (TEXT_TESTS.includes(word)) {
      const path = this.#next('word');
      this.expect('sign', ',');
      const value = unquote(this.#next('text'));
      this.expect('sign', ')');
      return { op: 'text', by: word as TextTest, path, value };
    }
    if (!/\/any$/i.test(word)) throw invalid(word);
    const variable = this.#next('word');
    this.expect('sign', ':');
    const inner = this.disjunction();
    this.expect('sign', ')');
    return { op: 'any', path: word.slice(0, -'/any'.length), variable, inner };
  }

  #oneOf(path: string): Filter {
    this.expect('sign', '(');
    const one = (): Filter => ({ op: 'compare', by: 'eq', path, value: this.#literal() });
    let left = one();
    while (this.#take('sign', ',')) left = { op: 'or', left, right: one() };
    this.expect('sign', ')');
    return left;
  }

  #literal(): Value {
    const token = this.#peek();
    this.#at += 1;
    if (token.kind === 'text') return unquote(token.text);
    if (token.kind === 'number') return Number(token.text);
    if (token.kind === 'time') return { timeMs: Date.parse(token.text) };
    if (token.text === 'true' || token.text === 'false') return token.text === 'true';
    if (token.text === 'null') return null;
    throw invalid(token.text);
  }

  #next(kind: Token['kind']): string {
    const token = this.#peek();
    if (token.kind !== kind) throw invalid(token.text);
    this.#at += 1;
    return token.text;
  }

  #take(kind: Token['kind'], text: string): boolean {
    const token = this.#peek();
    if (token.kind !== kind || (kind !== 'end' && token.text !== text)) return false;
    this.#at += 1;
    return true;
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }
}

function tokens(source: string): Token[] {
  const found: Token[] = [];
  const end = source.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const groups = TOKEN.exec(source)?.groups;
    if (groups === undefined) throw invalid(source);
    const hit = Object.entries(groups).find(
      (entry) => (entry[1] as string | undefined) !== undefined,
    );
    if (hit !== undefined) found.push({ kind: hit[0] as Token['kind'], text: hit[1] });
  }
  return found;
}

function unquote(literal: string): string {
  return literal.slice(1, -1).replaceAll("''", "'");
}

function invalid(near: string): GraphFailure {
  return new GraphFailure(400, 'BadRequest', `Invalid filter clause: syntax error near '${near}'.`);
}
