import type { Readable } from 'node:stream';

/** What a handler gives back; the server writes it, a batch collects it. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, with the content type named in `headers`; wins over `body`. */
  readonly bytes?: Buffer | string | Readable;
  /** Only half of it is sent before the connection ends. */
  readonly isCut?: boolean;
}

/** An error in Graph's shape: status, code and message as the real service words them. */
export class GraphFailure extends Error {
  override readonly name = 'GraphFailure';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The more specific code some answers carry inside; null when there is none. */
  readonly innerCode: string | null;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { headers?: Readonly<Record<string, string>>; innerCode?: string } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = more.headers ?? {};
    this.innerCode = more.innerCode ?? null;
  }
}

/** The JSON of a failure, as https://learn.microsoft.com/graph/errors describes it. */
export function failureAnswer(
  failure: GraphFailure,
  ids: { readonly requestId: string; readonly clientRequestId: string },
): Answer {
  return {
    status: failure.status,
    headers: failure.headers,
    body: {
      error: {
        code: failure.code,
        message: failure.message,
        innerError: {
          ...(failure.innerCode === null ? {} : { code: failure.innerCode }),
          date: new Date().toISOString().slice(0, 19),
          'request-id': ids.requestId,
          'client-request-id': ids.clientRequestId,
        },
      },
    },
  };
}

/** 400 for a body that is no JSON or has a member of the wrong type. */
export function unreadableBody(message: string): GraphFailure {
  return new GraphFailure(400, 'RequestBodyRead', message);
}

export function itemNotFound(): GraphFailure {
  return new GraphFailure(
    404,
    'ErrorItemNotFound',
    'The specified object was not found in the store.',
  );
}

export function malformedId(): GraphFailure {
  return new GraphFailure(400, 'ErrorInvalidIdMalformed', 'Id is malformed.');
}

export function tooLarge(): GraphFailure {
  return new GraphFailure(
    413,
    'ErrorMessageSizeExceeded',
    'The message exceeds the maximum supported size.',
  );
}
