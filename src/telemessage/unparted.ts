import type { TextDoubt } from '../domain/item.ts';
import type { SplitChunk, SplitNode } from './split-tree.ts';

/** Beyond these a preamble is no remark to old mail readers but the text itself. */
const MAX_PREAMBLE_BYTES = 65_536;

/**
 * A multipart in which no part is found: what it holds becomes a text part of its own, as it came.
 * Holds a preamble until the first part shows that it was one.
 */
export class Unparted {
  readonly #doubt: (leaf: SplitNode, doubt: TextDoubt) => void;
  #open: SplitNode | null = null;
  #leaf: SplitNode | null = null;
  #held: Buffer[] = [];
  #heldBytes = 0;

  constructor(doubt: (leaf: SplitNode, doubt: TextDoubt) => void) {
    this.#doubt = doubt;
  }

  /** What the parser shall get in place of the chunk. */
  arrange(chunk: SplitChunk): SplitChunk[] {
    if (chunk.type === 'node') {
      const isPart = this.#open !== null && chunk.parentNode === this.#open;
      const before = isPart ? this.#end([]) : this.end();
      this.#open = chunk.multipart === false ? null : chunk;
      return [...before, chunk];
    }
    const { node, value } = chunk;
    if (this.#open === null) return [chunk];
    if (node !== this.#open && node.parentNode !== this.#open) return [...this.end(), chunk];
    if (this.#leaf !== null) return [{ type: 'body', node: this.#leaf, value }];
    this.#held.push(value);
    this.#heldBytes += value.length;
    return this.#heldBytes > MAX_PREAMBLE_BYTES ? this.#asLeaf(this.#open) : [];
  }

  /** The same at the end of the message, or of what is around the multipart. */
  end(): SplitChunk[] {
    const isBlank = this.#held.every((bytes) => bytes.toString('latin1').trim() === '');
    return this.#end(this.#open === null || isBlank ? [] : this.#asLeaf(this.#open));
  }

  #end(last: SplitChunk[]): SplitChunk[] {
    const leaf = this.#leaf;
    this.#open = null;
    this.#leaf = null;
    this.#held = [];
    this.#heldBytes = 0;
    return leaf === null ? last : [...last, { type: 'data', node: leaf, value: Buffer.alloc(0) }];
  }

  #asLeaf(multipart: SplitNode): SplitChunk[] {
    const own = { contentType: 'text/plain', multipart: false, root: false, parentNode: multipart };
    const leaf = Object.assign(Object.create(multipart) as object, own) as unknown as SplitNode;
    this.#doubt(leaf, 'unparted');
    this.#leaf = leaf;
    const value = Buffer.concat(this.#held);
    this.#held = [];
    return [leaf, { type: 'body', node: leaf, value }];
  }
}
