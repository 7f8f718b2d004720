import { PassThrough, Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';
import { RunError } from '../domain/run-error.ts';

/** Random access to the bytes of a staged package. */
export interface PackageBytes {
  readonly sizeBytes: number;
  /** The bytes of [start, end). */
  range(start: number, end: number): Readable;
}

/** One ranged read brings many small entries. */
const BLOCK_BYTES = 1024 * 1024;
/** Directory, local headers and data are read side by side, each going forward. */
const MAX_BLOCKS = 4;
/** A larger read is one range of its own and is never held in memory. */
const LARGE_READ_BYTES = 4 * BLOCK_BYTES;

/**
 * Reads a package in blocks and keeps a few of them. What the source fails with is kept in
 * `failure`, so that it is told from what is wrong with the package itself.
 */
export class BlockReader extends RandomAccessReader {
  failure: Error | null = null;
  readonly #bytes: PackageBytes;
  readonly #onRead: () => void;
  /** By block number, the least recently used first. */
  readonly #blocks = new Map<number, Promise<Buffer>>();

  constructor(bytes: PackageBytes, onRead: () => void) {
    super();
    this.#bytes = bytes;
    this.#onRead = onRead;
  }

  get sizeBytes(): number {
    return this.#bytes.sizeBytes;
  }

  /** The bytes of [start, end) as a stream. */
  stream(start: number, end: number): Readable {
    if (end - start >= LARGE_READ_BYTES) {
      return Readable.from(this.#received(start, end), { objectMode: false });
    }
    const stream = new PassThrough();
    this.slice(start, end).then(
      (bytes) => stream.end(bytes),
      (error: unknown) => stream.destroy(error as Error),
    );
    return stream;
  }

  /** The bytes of [start, end), fewer only at the end of the package. */
  async slice(start: number, end: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    const stop = Math.min(end, this.sizeBytes);
    for (let at = Math.max(start, 0); at < stop;) {
      const number = Math.floor(at / BLOCK_BYTES);
      const from = number * BLOCK_BYTES;
      const piece = (await this.#block(number)).subarray(at - from, stop - from);
      pieces.push(piece);
      at += piece.length;
    }
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  }

  /** What yauzl reads the directory by. */
  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.slice(position, position + length).then(
      (bytes) => callback(null, bytes.copy(buffer, offset)),
      (error: unknown) => callback(error as Error),
    );
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return this.stream(start, end);
  }

  async #block(number: number): Promise<Buffer> {
    const known = this.#blocks.get(number);
    const block = known ?? this.#readBlock(number);
    this.#blocks.delete(number);
    this.#blocks.set(number, block);
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= MAX_BLOCKS) break;
      this.#blocks.delete(oldest);
    }
    return block;
  }

  async #readBlock(number: number): Promise<Buffer> {
    const start = number * BLOCK_BYTES;
    const end = Math.min(start + BLOCK_BYTES, this.sizeBytes);
    const chunks: Buffer[] = [];
    for await (const chunk of this.#received(start, end)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async *#received(start: number, end: number): AsyncGenerator<Buffer> {
    let received = 0;
    try {
      for await (const chunk of this.#bytes.range(start, end) as AsyncIterable<Buffer>) {
        received += chunk.length;
        this.#onRead();
        yield chunk;
      }
      if (received !== end - start) throw cutShort();
    } catch (error) {
      this.failure ??= error as Error;
      throw error;
    }
  }
}

/** Where the end record of a zip tells the length of its comment (PKWARE APPNOTE 6.3.10, 4.3.16). */
const COMMENT_LENGTH_AT = 20;

/**
 * A package as if it had no comment: yauzl takes the last bytes that look like an end record for it,
 * and a comment may hold such.
 */
export class WithoutComment extends RandomAccessReader {
  readonly #reader: BlockReader;
  readonly #lengthAt: number;

  constructor(reader: BlockReader, endOffset: number) {
    super();
    this.#reader = reader;
    this.#lengthAt = endOffset + COMMENT_LENGTH_AT;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.#reader.read(buffer, offset, length, position, (error, bytesRead) => {
      for (const at of [this.#lengthAt, this.#lengthAt + 1]) {
        if (at >= position && at < position + length) buffer[offset + at - position] = 0;
      }
      callback(error, bytesRead);
    });
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return this.#reader.stream(start, end);
  }
}

function cutShort(): RunError {
  return new RunError(
    'staging-unavailable',
    'Azure Storage ended a ranged read of a package early. The run reads it again.',
  );
}
