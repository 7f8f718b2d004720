import type { Readable } from 'node:stream';
import { MailParser } from 'mailparser';
import type { TextDoubt } from '../domain/item.ts';
import { alternativeAround, charsetOf, isEncrypted, nameOf, typeOf } from './part-headers.ts';
import { cureSplitter, type SplitChunk, type SplitNode, type Splitter } from './split-tree.ts';
import { hasTransportLines, tryingBase64, withCrLf } from './transfer.ts';
import { Unparted } from './unparted.ts';

/** A leaf of the MIME tree. Its bytes are decoded from their transfer encoding, nothing else. */
export interface MimePart {
  /** Lower case; `text/plain` when the part names none. */
  readonly contentType: string;
  readonly charset: string | null;
  /** File name as sent, decoded; hostile. */
  readonly name: string | null;
  /** Without angle brackets. */
  readonly contentId: string | null;
  readonly contentLocation: string | null;
  readonly isAttachment: boolean;
  /** RFC 3676; null for text with hard line ends. */
  readonly flowed: { readonly isSpaceDeleted: boolean } | null;
  /** Identifies the innermost multipart/alternative around the part; null when there is none. */
  readonly alternative: object | null;
  /** Encrypted by the customer, alone or with the parts around it. */
  readonly isEncrypted: boolean;
  /** Why its text may not be what was said. Complete when the content has been read. */
  readonly doubts: ReadonlySet<TextDoubt>;
  readonly content: Readable;
}

/** Beyond these the message counts as unreadable: they bound memory against hostile input. */
const MAX_HEADER_BYTES = 1024 * 1024;
const MAX_LEVELS = 100;
const MAX_PARTS = 10_000;
const WAP_MULTIPART = /^application\/vnd\.wap\.multipart\.([a-z]+)$/u;

/** A leaf as the parser hands it out: the next one comes after its release. */
export interface FoundPart {
  readonly type: 'attachment';
  readonly content: Readable;
  readonly headers: object;
  release(): void;
}

interface TreeNode {
  readonly headers: object;
}

type Done = (error?: Error | null) => void;

/** The methods of mailparser that PartParser wraps. */
interface ParserInternals {
  createNode(node: SplitNode): TreeNode;
  processChunk(chunk: SplitChunk, done: Done): void;
  endStream(): void;
}

/**
 * mailparser joins all texts of a message to one and guesses types from file names. An item needs
 * each part by itself and as it was sent, so this class treats texts as parts like any other
 * (`textTypes` empty) and keeps the splitter's node of each. Both are internals of mailparser, which
 * is pinned; the tests of test/unit/telemessage fail when they move. It cures what would be lost:
 * parts of no bytes get a line end, and a multipart without parts loses its text.
 */
export class PartParser extends MailParser {
  protected readonly textTypes: readonly string[] = [];
  readonly #nodes = new WeakMap<object, SplitNode>();
  readonly #doubts = new WeakMap<SplitNode, Set<TextDoubt>>();
  readonly #internals = MailParser.prototype as unknown as ParserInternals;
  readonly #unparted = new Unparted((leaf, doubt) => this.#doubtsOf(leaf).add(doubt));
  readonly #heads: ReturnType<typeof cureSplitter>;
  #isAfterCr = false;
  #hasEnded = false;
  /** The splitter gives a part of no bytes the line end that belongs to the delimiter after it. */
  #heldLineEnd: SplitChunk | null = null;
  /** Why the message cannot be read; null while it can. */
  failure: Error | null = null;
  /** The part being read: ended together with the parser, which would leave it hanging. */
  current: Readable | null = null;

  constructor() {
    const limits = { maxHeadSize: MAX_HEADER_BYTES, maxChildNodes: MAX_PARTS };
    super({ ...limits, ignoreEmbedded: true, checksumAlgo: false });
    this.#heads = cureSplitter((this as unknown as { splitter: Splitter }).splitter);
    // The parser emits some errors without ending itself.
    this.on('error', (error: Error) => this.giveUp(error));
    this.once('close', () => this.current?.destroy());
  }

  createNode(node: SplitNode): TreeNode {
    this.#tryBase64(node);
    const created = this.#internals.createNode.call(this, node);
    this.#nodes.set(created.headers, node);
    let levels = 1;
    for (let at = node.parentNode; at !== false; at = at.parentNode) levels += 1;
    if (levels > MAX_LEVELS) this.giveUp(new Error('MIME parts are nested too deeply'));
    return created;
  }

  processChunk(chunk: SplitChunk, done: Done): void {
    const text = chunk.type === 'node' ? this.#prepared(chunk) : null;
    const all = text === null ? [chunk] : [chunk, text];
    this.#processAll(
      all.flatMap((each) => this.#unparted.arrange(each)).flatMap((each) => this.#lineEnds(each)),
      done,
    );
  }

  endStream(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#processAll(this.#unparted.end(), (error) => {
      if (error) this.giveUp(error);
      this.#internals.endStream.call(this);
    });
  }

  #processAll([first, ...rest]: readonly SplitChunk[], done: Done): void {
    if (first === undefined) {
      setImmediate(done);
      return;
    }
    this.#internals.processChunk.call(this, first, (error) => {
      if (error || rest.length === 0) done(error);
      else this.#processAll(rest, done);
    });
  }

  /** Gives the node the type that it means. The text that stands in its header, if any. */
  #prepared(node: SplitNode): SplitChunk | null {
    // The names that MMS gateways give to multiparts (WAP-230, 8.5): as one it is no file of no bytes.
    const wapKind = WAP_MULTIPART.exec(node.contentType || '')?.[1];
    if (wapKind !== undefined && node._boundary !== false) {
      node.multipart = wapKind;
      node.contentType = `multipart/${wapKind}`;
    }
    node.contentType = typeOf(node);
    const value = this.#heads.textAfter(node);
    if (value.length === 0) return null;
    this.#doubtsOf(node).add('no-blank-line');
    return { type: node.multipart === false ? 'body' : 'data', node, value };
  }

  #lineEnds(chunk: SplitChunk): SplitChunk[] {
    let each = chunk;
    if (each.type === 'node') this.#isAfterCr = false;
    if (each.type === 'body' && hasTransportLines(each.node)) {
      const value = withCrLf(each.value, this.#isAfterCr);
      this.#isAfterCr = each.value.at(-1) === 0x0d;
      each = { ...each, value };
    }
    const held = this.#heldLineEnd;
    this.#heldLineEnd = isLineEnd(each) ? each : null;
    return [
      ...(held === null || isDelimiter(each) ? [] : [held]),
      ...(isLineEnd(each) ? [] : [each]),
    ];
  }

  #tryBase64(node: SplitNode): void {
    if (node.encoding !== 'base64' || !/^text\/(plain|html)/u.test(node.contentType || '')) return;
    const decoderOf = node.getDecoder.bind(node);
    node.getDecoder = () => tryingBase64(decoderOf(), () => this.#doubtsOf(node).add('not-base64'));
  }

  #doubtsOf(node: SplitNode): Set<TextDoubt> {
    const doubts = this.#doubts.get(node) ?? new Set<TextDoubt>();
    this.#doubts.set(node, doubts);
    return doubts;
  }

  giveUp(error: Error): void {
    this.failure ??= error;
    this.destroy(error);
  }

  async drained(): Promise<void> {
    await new Promise<void>((resolve) => {
      const settle = () => {
        this.off('drain', settle).off('close', settle);
        resolve();
      };
      this.on('drain', settle).on('close', settle);
    });
  }

  describe(found: FoundPart): MimePart {
    const node = this.#nodes.get(found.headers);
    if (node === undefined) throw new Error('mailparser no longer keeps the headers of its nodes');
    const header = (name: string) => (node.headers || { getFirst: () => '' }).getFirst(name).trim();
    return {
      contentType: node.contentType || 'application/octet-stream',
      charset: charsetOf(node),
      name: nameOf(node),
      contentId: header('Content-ID').replace(/^</u, '').replace(/>$/u, '') || null,
      contentLocation: header('Content-Location') || null,
      isAttachment: node.disposition === 'attachment',
      flowed: node.flowed ? { isSpaceDeleted: node.delSp } : null,
      alternative: alternativeAround(node),
      isEncrypted: isEncrypted(node),
      doubts: this.#doubtsOf(node),
      content: found.content,
    };
  }
}

function isLineEnd(chunk: SplitChunk): boolean {
  if (chunk.type !== 'body' || chunk.value.length > 2 || chunk.node.parentNode === false) {
    return false;
  }
  const text = chunk.value.toString('latin1');
  return text === '\r\n' || text === '\n';
}

function isDelimiter(chunk: SplitChunk): boolean {
  return chunk.type === 'data' && chunk.value.toString('latin1', 0, 2) === '--';
}
