import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';

export interface TenantAccess {
  readonly port: number;
  readonly ca: string;
  readonly caFile: string;
  readonly secret: string;
  readonly controlKey: string;
}

/** What has been asked of the tenant since the last reset. */
export interface GraphCounts {
  /** All requests to Graph; a `$batch` is one. */
  readonly requests: number;
  /** What stood in the batches. */
  readonly subRequests: number;
  /** Messages that came to be. */
  readonly copies: number;
  /** Answers 429. */
  readonly throttled: number;
  /** Of all requests' bodies. */
  readonly bytes: number;
  readonly byKind: Readonly<Record<string, number>>;
}

/** The stand-in's control API (sandbox/tenant/control.ts). */
export class TenantControl {
  readonly port: number;
  readonly caFile: string;
  readonly secret: string;
  readonly #access: TenantAccess;

  constructor(access: TenantAccess) {
    this.#access = access;
    this.port = access.port;
    this.caFile = access.caFile;
    this.secret = access.secret;
  }

  async change(settings: object): Promise<void> {
    await this.#call('POST', 'settings', JSON.stringify(settings));
  }

  async reset(): Promise<void> {
    await this.#call('DELETE', 'counters');
  }

  async counts(): Promise<GraphCounts> {
    const report = JSON.parse(await this.#call('GET', 'counters')) as {
      requests: Record<string, number>;
      answers: Record<string, number>;
      graphRequests: number;
      bytes: Record<string, number>;
      created: Record<string, number>;
    };
    return {
      requests: report.graphRequests,
      subRequests: sum(report.requests, (kind) => kind.startsWith('batch.')),
      copies: sum(report.created, () => true),
      throttled: sum(report.answers, (kind) => kind.endsWith(' 429')),
      bytes: sum(report.bytes, (kind) => !kind.startsWith('batch.')),
      byKind: report.requests,
    };
  }

  async #call(method: string, what: string, body = ''): Promise<string> {
    const { port, ca, controlKey } = this.#access;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request(
        {
          host: '127.0.0.1',
          port,
          path: `/control/${what}`,
          method,
          ca,
          headers: { 'x-control-key': controlKey, 'content-type': 'application/json' },
        },
        resolve,
      )
        .on('error', reject)
        .end(body);
    });
    const content = await text(answer);
    if ((answer.statusCode ?? 500) < 300) return content;
    throw new Error(
      `The tenant answers ${String(answer.statusCode)} to ${method} ${what}: ${content}`,
    );
  }
}

function sum(counts: Record<string, number>, isWanted: (kind: string) => boolean): number {
  return Object.entries(counts).reduce(
    (total, [kind, count]) => (isWanted(kind) ? total + count : total),
    0,
  );
}
