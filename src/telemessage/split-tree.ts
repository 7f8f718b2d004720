import type { Transform } from 'node:stream';

/**
 * What mailparser's splitter (@zone-eu/mailsplit 5) hands over, and three cures of it. All are
 * internals of a pinned library; the tests of test/unit/telemessage fail when they move.
 */

/** A node of the MIME tree (`MimeNode`). */
export interface SplitNode {
  readonly type: 'node';
  contentType: string | false;
  multipart: string | false;
  _boundary: Buffer | false;
  readonly parentNode: SplitNode | false;
  /** False until the header block has ended. */
  readonly headers:
    false | { getFirst(name: string): string; getList(): readonly { readonly key: string }[] };
  readonly _headerlen: number;
  readonly childPartNumbers: number;
  readonly encoding: string | false;
  readonly charset: string | false;
  readonly disposition: string | false;
  readonly _parsedContentDisposition: Parameters;
  readonly _parsedContentType: Parameters;
  readonly flowed: boolean;
  readonly delSp: boolean;
  getDecoder(): Transform;
  parseHeaders(): void;
  /** True when the line ends the header block. */
  addHeaderChunk(line: Buffer): boolean;
}

/** Of a structured header. Those in RFC 2231's form are decoded, the others as they were sent. */
export interface Parameters {
  readonly value: string;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly decodedParams: readonly string[];
}

/** Bytes of a leaf, or bytes between the leaves. */
export interface SplitBytes {
  readonly type: 'body' | 'data';
  readonly node: SplitNode;
  readonly value: Buffer;
}

export type SplitChunk = SplitNode | SplitBytes;

/** The methods of the splitter that are wrapped. */
export interface Splitter {
  readonly node: SplitNode;
  newNode(parent: SplitNode): void;
  checkBoundary(line: Buffer): number | false;
  push(node: SplitNode): void;
}

const HEADER_LINE = /^[!-9;-~]+[ \t]*:/u;
/** RFC 2045 3: no other header means anything in a part. */
const PART_HEADER = /^(?:content|mime|x)-[!-9;-~]*[ \t]*:/iu;
const BOUNDARIES = /\bboundary\s*=\s*["']?([^"';\r\n]+)/giu;
const DASH = 0x2d;

/**
 * Makes the splitter find what it would lose: parts between boundaries that the header names in
 * other letters, in other quotes or a second time; a part whose header block ends at the boundary;
 * and the text of one that has no blank line before it. That text is what `textAfter` gives.
 */
export function cureSplitter(splitter: Splitter): { textAfter(node: SplitNode): Buffer } {
  const heads = new WeakMap<SplitNode, { lines: string[]; hasEnd: boolean }>();
  const watch = (node: SplitNode) => {
    const head = { lines: [] as string[], hasEnd: false };
    heads.set(node, head);
    const add = node.addHeaderChunk.bind(node);
    node.addHeaderChunk = (bytes) => {
      const line = bytes.toString('latin1');
      head.lines.push(line);
      const isEnd = add(bytes);
      head.hasEnd = isEnd;
      return isEnd || (node.parentNode !== false && !isOfHeader(line, head.lines.length === 1));
    };
  };
  watch(splitter.node);
  const newNode = splitter.newNode.bind(splitter);
  splitter.newNode = (parent) => {
    newNode(parent);
    watch(splitter.node);
  };
  const check = splitter.checkBoundary.bind(splitter);
  splitter.checkBoundary = (line) => {
    const { node } = splitter;
    let found = check(line);
    if (found === false && adoptBoundary(node, line)) found = check(line);
    if (found !== false && node.headers === false && node._headerlen > 0) {
      node.parseHeaders();
      splitter.push(node);
    }
    return found;
  };
  return {
    textAfter(node) {
      const head = heads.get(node);
      heads.delete(node);
      if (head === undefined || head.hasEnd) return Buffer.alloc(0);
      return Buffer.from(textOf(head.lines, node.parentNode === false).join(''), 'latin1');
    },
  };
}

function isOfHeader(line: string, isFirst: boolean): boolean {
  return line === '' || HEADER_LINE.test(line) || (!isFirst && /^[ \t]/u.test(line));
}

/** Of a header block without end: the lines that cannot be headers, and in a part all behind them. */
function textOf(lines: readonly string[], isRoot: boolean): string[] {
  if (isRoot) return lines.filter((line) => !HEADER_LINE.test(line) && !/^[ \t]/u.test(line));
  const first = lines.findIndex(
    (line, at) => !PART_HEADER.test(line) && (at === 0 || !/^[ \t]/u.test(line)),
  );
  return first < 0 ? [] : lines.slice(first);
}

/** Takes the line for a boundary that the header names otherwise, before the first part is found. */
function adoptBoundary(node: SplitNode, line: Buffer): boolean {
  if (line[0] !== DASH || line[1] !== DASH) return false;
  if (node.multipart === false || node.headers === false || node.childPartNumbers > 0) return false;
  const name = line.toString('latin1', 2).trimEnd();
  const named = [...node.headers.getFirst('Content-Type').matchAll(BOUNDARIES)].map(
    ([, boundary = '']) => boundary.trimEnd().toLowerCase(),
  );
  if (!named.includes(name.toLowerCase())) return false;
  node._boundary = Buffer.from(name, 'latin1');
  return true;
}
