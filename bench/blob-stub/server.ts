import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { BlobContainer, type StoredBlob } from './store.ts';
import { blockIds, errorXml, listXml } from './xml.ts';

/**
 * Azure Blob Storage as far as src/staging uses it, in memory: it takes the place of Azurite, which
 * slows with every blob, when the product's own speed is measured. Signatures are not verified.
 * @see https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api
 */
export interface BlobStub {
  readonly port: number;
  close(): Promise<void>;
}

const MAX_LISTED = 5_000;

export async function startBlobStub(port: number): Promise<BlobStub> {
  const account = new Account();
  const server = createServer({ keepAlive: true }, (request, response) => {
    void bodyOf(request)
      .then((body) => account.answer(request, body))
      .catch((error: unknown) => failed(error))
      .then((answer) => send(request, response, answer));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return {
    port: address.port,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: Buffer | string;
}

class BlobFailure extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

interface Call {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

class Account {
  readonly #containers = new Map<string, BlobContainer>();
  readonly #requests = new Map<string, number>();
  #readBytes = 0;
  #writtenBytes = 0;
  #etags = 0;

  answer({ method = '', url = '', headers }: IncomingMessage, body: Buffer): Answer {
    const { pathname, searchParams: query } = new URL(url, 'http://stub');
    if (pathname === '/counters') return asJson(Object.fromEntries(this.#requests));
    if (pathname === '/bytes') {
      return asJson({ read: this.#readBytes, written: this.#writtenBytes });
    }
    const [, , containerName = '', ...rest] = pathname.split('/');
    const name = rest.map(decodeURIComponent).join('/');
    const call: Call = { method, query, headers, body };
    const kind =
      `${name === '' ? 'container' : 'blob'} ${method} ${query.get('comp') ?? ''}`.trim();
    this.#requests.set(kind, (this.#requests.get(kind) ?? 0) + 1);
    this.#writtenBytes += body.length;
    if (kind === 'container PUT') return this.#create(containerName);

    const container = this.#containers.get(containerName);
    if (container === undefined) throw new BlobFailure(404, 'ContainerNotFound');
    switch (kind) {
      case 'container GET':
      case 'container HEAD':
        return { status: 200, headers: stamps(container.etag, container.createdAt) };
      case 'container GET list':
        return list(containerName, container, query);
      case 'blob PUT':
        return this.#put(container, name, call, body);
      case 'blob PUT block':
        container.stageBlock(name, query.get('blockid') ?? '', body);
        return { status: 201 };
      case 'blob PUT blocklist':
        return this.#commit(container, name, call);
      case 'blob GET': {
        const answer = read(container.get(name), call);
        this.#readBytes += answer.body?.length ?? 0;
        return answer;
      }
      case 'blob HEAD':
        return read(container.get(name), call);
      case 'blob DELETE':
        if (!container.delete(name)) throw new BlobFailure(404, 'BlobNotFound');
        return { status: 202 };
      default:
        throw new BlobFailure(501, 'NotImplemented');
    }
  }

  #create(name: string): Answer {
    if (this.#containers.has(name)) throw new BlobFailure(409, 'ContainerAlreadyExists');
    const container = new BlobContainer(this.#nextEtag());
    this.#containers.set(name, container);
    return { status: 201, headers: stamps(container.etag, container.createdAt) };
  }

  #put(container: BlobContainer, name: string, { headers }: Call, bytes: Buffer): Answer {
    const before = container.get(name);
    if (before !== undefined && headers['if-none-match'] === '*') {
      throw new BlobFailure(409, 'BlobAlreadyExists');
    }
    const blob: StoredBlob = {
      bytes,
      contentType: headerOf(headers, 'x-ms-blob-content-type') ?? 'application/octet-stream',
      metadata: metadataOf(headers),
      etag: this.#nextEtag(),
      modifiedAt: new Date(),
    };
    container.put(name, blob);
    return { status: 201, headers: stamps(blob.etag, blob.modifiedAt) };
  }

  #commit(container: BlobContainer, name: string, call: Call): Answer {
    const bytes = container.assemble(name, blockIds(call.body.toString('utf8')));
    if (bytes === null) throw new BlobFailure(400, 'InvalidBlockList');
    return this.#put(container, name, call, bytes);
  }

  #nextEtag(): string {
    this.#etags += 1;
    return `"0x${this.#etags.toString(16).toUpperCase().padStart(16, '0')}"`;
  }
}

function list(name: string, container: BlobContainer, query: URLSearchParams): Answer {
  const prefix = query.get('prefix') ?? '';
  const limit = Math.min(Number(query.get('maxresults') ?? MAX_LISTED), MAX_LISTED);
  const page = container.list(prefix, query.get('marker') ?? '', limit);
  const hasMetadata = query.get('include')?.split(',').includes('metadata') === true;
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: listXml(name, prefix, page, hasMetadata),
  };
}

function read(blob: StoredBlob | undefined, { headers }: Call): Answer {
  if (blob === undefined) throw new BlobFailure(404, 'BlobNotFound');
  const whole = blob.bytes.length;
  const common = {
    ...stamps(blob.etag, blob.modifiedAt),
    'content-type': blob.contentType,
    'accept-ranges': 'bytes',
    'x-ms-blob-type': 'BlockBlob',
    ...Object.fromEntries(
      Object.entries(blob.metadata).map(([key, value]) => [`x-ms-meta-${key}`, value]),
    ),
  };
  const wanted = headerOf(headers, 'x-ms-range') ?? headerOf(headers, 'range');
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(wanted ?? '') ?? [];
  if (first === undefined) return { status: 200, headers: common, body: blob.bytes };
  const start = Number(first);
  const end = last === undefined || last === '' ? whole : Math.min(Number(last) + 1, whole);
  if (start >= whole) throw new BlobFailure(416, 'InvalidRange');
  return {
    status: 206,
    headers: {
      ...common,
      'content-range': `bytes ${String(start)}-${String(end - 1)}/${String(whole)}`,
    },
    body: blob.bytes.subarray(start, end),
  };
}

function asJson(value: object): Answer {
  const headers = { 'content-type': 'application/json' };
  return { status: 200, headers, body: JSON.stringify(value) };
}

function stamps(etag: string, at: Date): Record<string, string> {
  return { etag, 'last-modified': at.toUTCString() };
}

function headerOf(headers: IncomingMessage['headers'], name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

function metadataOf(headers: IncomingMessage['headers']): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('x-ms-meta-')) found[name.slice('x-ms-meta-'.length)] = String(value);
  }
  return found;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function failed(error: unknown): Answer {
  const { status, code } =
    error instanceof BlobFailure ? error : new BlobFailure(500, 'InternalError');
  const headers = { 'x-ms-error-code': code, 'content-type': 'application/xml' };
  return { status, headers, body: errorXml(code) };
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const { status, headers = {}, body = '' } = answer;
  response.writeHead(status, {
    'x-ms-version': '2025-01-05',
    'x-ms-request-id': '00000000-0000-0000-0000-000000000000',
    ...headers,
    'content-length': Buffer.byteLength(body),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
