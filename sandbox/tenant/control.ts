import { timingSafeEqual } from 'node:crypto';
import { GraphFailure } from './answer.ts';
import type { Answer } from './answer.ts';
import type { TenantParts } from './call.ts';
import { readFault } from './faults.ts';
import type { MailboxState } from './mailboxes.ts';
import { isObject, objectOf, textOf } from './request-body.ts';
import type { Settings } from './settings.ts';
import type { TokenDesk } from './token.ts';
import { readUser } from './users-file.ts';

export interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly key: string | null;
  readonly body: unknown;
}

/**
 * The levers of whoever runs the tenant: faults, states, users, settings and counters. Over HTTPS at
 * `/control/…` with the header `x-control-key`; without a key they are for this process only.
 */
export class Control {
  readonly #tenant: TenantParts;
  readonly #tokens: TokenDesk;
  readonly #key: string | null;

  constructor(tenant: TenantParts, tokens: TokenDesk, key: string | null) {
    this.#tenant = tenant;
    this.#tokens = tokens;
    this.#key = key;
  }

  /** @throws {GraphFailure} 404 without a key of its own, 403 for another key */
  answer(request: ControlRequest): Answer {
    if (this.#key === null) throw nothingHere();
    if (!isSame(request.key, this.#key)) {
      throw new GraphFailure(403, 'Forbidden', 'The header x-control-key is missing or wrong.');
    }
    const { counters, faults, settings, users } = this.#tenant;
    switch (`${request.method} ${request.path}`) {
      case 'GET /control/counters':
        return { status: 200, body: counters.report() };
      case 'DELETE /control/counters':
        counters.reset();
        return { status: 204 };
      case 'GET /control/faults':
        return { status: 200, body: faults.waiting() };
      case 'POST /control/faults':
        return { status: 201, body: { ids: many(request.body).map((one) => this.#order(one)) } };
      case 'DELETE /control/faults':
        faults.clear();
        return { status: 204 };
      case 'POST /control/users':
        for (const user of many(request.body).map(readUser)) users.add(user);
        return { status: 201 };
      case 'POST /control/mailboxes':
        many(request.body).forEach((one) => this.#setMailbox(one));
        return { status: 204 };
      case 'GET /control/settings':
        return { status: 200, body: settings };
      case 'POST /control/settings':
        return { status: 200, body: this.change(objectOf(request.body, 'settings')) };
      case 'POST /control/tokens':
        this.#setTokens(request.body);
        return { status: 204 };
      default:
        throw nothingHere();
    }
  }

  /** Changes the settings named; all of them after the change. @throws {GraphFailure} 400 */
  change(changes: Readonly<Partial<Settings>> | Readonly<Record<string, unknown>>): Settings {
    const { settings } = this.#tenant;
    for (const [name, value] of Object.entries(changes)) {
      const known = (settings as unknown as Record<string, unknown>)[name];
      const isNullable = name === 'concurrencyRetryAfter' && value === null;
      if (known === undefined || (typeof known !== typeof value && !isNullable && known !== null)) {
        throw new GraphFailure(400, 'BadRequest', `'${name}' is no setting, or of another type.`);
      }
      const whole = isObject(known) && isObject(value) ? { ...known, ...value } : value;
      Object.assign(settings, { [name]: whole });
    }
    return settings;
  }

  #order(given: unknown): string {
    return this.#tenant.faults.order(readFault(given));
  }

  #setMailbox(given: unknown): void {
    const order = objectOf(given, 'mailbox');
    const user = this.#tenant.users.find(textOf(order, 'mailbox') ?? '');
    if (user === null) throw new GraphFailure(404, 'NotFound', 'There is no such user.');
    const { mailboxes } = this.#tenant;
    const state = textOf(order, 'state');
    if (state !== null) mailboxes.setState(user, state as MailboxState);
    const limit = order['maxMessageBytes'];
    if (typeof limit === 'number') mailboxes.setMaxMessageBytes(user, limit);
  }

  #setTokens(given: unknown): void {
    const order = objectOf(given, 'tokens');
    if (order['revoke'] === true) this.#tokens.revokeAll();
    if (typeof order['refuse'] === 'boolean') this.#tenant.settings.refusesTokens = order['refuse'];
    const secret = textOf(order, 'clientSecret');
    if (secret !== null) this.#tokens.changeSecret(secret);
  }
}

function many(body: unknown): readonly unknown[] {
  return Array.isArray(body) ? body : [body];
}

function isSame(given: string | null, key: string): boolean {
  const [left, right] = [Buffer.from(given ?? ''), Buffer.from(key)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function nothingHere(): GraphFailure {
  return new GraphFailure(404, 'NotFound', 'There is nothing at this address.');
}
