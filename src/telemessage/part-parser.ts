import type { Readable } from 'node:stream';
import { MailParser } from 'mailparser';
import { decodeUnlabelled } from './charset.ts';
import { decodeWords } from './headers.ts';

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

/** What mailparser's splitter knows of a node (`MimeNode` of @zone-eu/mailsplit 5). */
interface SplitNode {
  contentType: string | false;
  multipart: string | false;
  readonly _boundary: Buffer | false;
  readonly parentNode: SplitNode | false;
  readonly headers: { getFirst(name: string): string };
  readonly charset: string | false;
  readonly disposition: string | false;
  readonly _parsedContentDisposition: Parameters;
  readonly _parsedContentType: Parameters;
  readonly flowed: boolean;
  readonly delSp: boolean;
}

/** Of a structured header. Those in RFC 2231's form are decoded, the others as they were sent. */
interface Parameters {
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly decodedParams: readonly string[];
}

interface TreeNode {
  readonly headers: object;
}

/** What the splitter hands over: a node, bytes of a leaf, or bytes between the leaves. */
interface SplitChunk {
  type: 'node' | 'body' | 'data';
  readonly node?: SplitNode;
  readonly value?: Buffer;
}

type Done = (error?: Error | null) => void;

/** The methods of mailparser that PartParser wraps. */
interface ParserInternals {
  createNode(node: SplitNode): TreeNode;
  processChunk(chunk: SplitChunk, done: Done): void;
}

/**
 * mailparser joins all texts of a message to one and guesses types from file names. An item needs
 * each part by itself and as it was sent, so this class treats texts as parts like any other
 * (`textTypes` empty) and keeps the splitter's node of each. Both are internals of mailparser, which
 * is pinned; the tests of test/unit/telemessage fail when they move. It cures two faults: parts of no
 * bytes get a line end, and a multipart without a boundary loses its text.
 */
export class PartParser extends MailParser {
  protected readonly textTypes: readonly string[] = [];
  readonly #nodes = new WeakMap<object, SplitNode>();
  readonly #internals = MailParser.prototype as unknown as ParserInternals;
  readonly #boundless = new WeakSet<SplitNode>();
  /** The splitter gives a part of no bytes the line end that belongs to the delimiter after it. */
  #heldLineEnd: SplitChunk | null = null;
  /** Why the message cannot be read; null while it can. */
  failure: Error | null = null;
  /** The part being read: ended together with the parser, which would leave it hanging. */
  current: Readable | null = null;

  constructor() {
    const limits = { maxHeadSize: MAX_HEADER_BYTES, maxChildNodes: MAX_PARTS };
    super({ ...limits, ignoreEmbedded: true, checksumAlgo: false });
    // The parser emits some errors without ending itself.
    this.on('error', (error: Error) => this.giveUp(error));
    this.once('close', () => this.current?.destroy());
  }

  createNode(node: SplitNode): TreeNode {
    // The names that MMS gateways give to multiparts (WAP-230, 8.5): as one it is no file of no bytes.
    const wapKind = WAP_MULTIPART.exec(node.contentType || '')?.[1];
    if (wapKind !== undefined && node._boundary !== false) {
      node.multipart = wapKind;
      node.contentType = `multipart/${wapKind}`;
    }
    // A multipart without a boundary has no parts: what it holds is text.
    if (node.multipart !== false && node._boundary === false) {
      node.multipart = false;
      node.contentType = 'text/plain';
      this.#boundless.add(node);
    }
    const created = this.#internals.createNode.call(this, node);
    this.#nodes.set(created.headers, node);
    let levels = 1;
    for (let at = node.parentNode; at !== false; at = at.parentNode) levels += 1;
    if (levels > MAX_LEVELS) this.giveUp(new Error('MIME parts are nested too deeply'));
    return created;
  }

  processChunk(chunk: SplitChunk, done: Done): void {
    if (chunk.type === 'data' && chunk.node !== undefined && this.#boundless.has(chunk.node)) {
      chunk.type = 'body';
    }
    const held = this.#heldLineEnd;
    this.#heldLineEnd = null;
    const process = (each: SplitChunk, then: Done) => {
      this.#internals.processChunk.call(this, each, then);
    };
    if (isLineEnd(chunk)) {
      this.#heldLineEnd = chunk;
      if (held === null) setImmediate(done);
      else process(held, done);
    } else if (held === null || isDelimiter(chunk)) process(chunk, done);
    else process(held, (error) => (error ? done(error) : process(chunk, done)));
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
    const header = (name: string) => node.headers.getFirst(name).trim();
    return {
      contentType: node.contentType === false ? 'application/octet-stream' : node.contentType,
      charset: node.charset === false ? null : node.charset,
      name: nameOf(node),
      contentId: header('Content-ID').replace(/^</u, '').replace(/>$/u, '') || null,
      contentLocation: header('Content-Location') || null,
      isAttachment: node.disposition === 'attachment',
      flowed: node.flowed ? { isSpaceDeleted: node.delSp } : null,
      alternative: alternativeAround(node),
      content: found.content,
    };
  }
}

/** The splitter's own is decoded word by word, which loses characters that lie in two of them. */
function nameOf({ _parsedContentDisposition, _parsedContentType }: SplitNode): string | null {
  const named = (key: string, { params, decodedParams }: Parameters) => {
    const value = params[key] ?? '';
    if (decodedParams.includes(key)) return value || null;
    // What is no UTF-8 comes as one character a byte, in which windows-1252 has letters here.
    const letters = value.replaceAll(/[\x80-\x9f]+/gu, (run) =>
      decodeUnlabelled(Buffer.from(run, 'latin1')),
    );
    return decodeWords(letters) || null;
  };
  return named('filename', _parsedContentDisposition) ?? named('name', _parsedContentType);
}

function isLineEnd({ type, node, value }: SplitChunk): boolean {
  if (type !== 'body' || value === undefined || node === undefined) return false;
  if (value.length > 2 || node.parentNode === false) return false;
  const text = value.toString('latin1');
  return text === '\r\n' || text === '\n';
}

function isDelimiter({ type, value }: SplitChunk): boolean {
  return type === 'data' && value?.toString('latin1', 0, 2) === '--';
}

function alternativeAround(node: SplitNode): object | null {
  for (let at = node.parentNode; at !== false; at = at.parentNode) {
    if (at.contentType === 'multipart/alternative') return at;
  }
  return null;
}
