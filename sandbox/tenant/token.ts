import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GraphFailure } from './answer.ts';
import type { Answer } from './answer.ts';
import { isGoodAssertion } from './client-assertion.ts';
import type { Settings } from './settings.ts';

/** The app registration the tenant knows. */
export interface AppRegistration {
  readonly clientId: string;
  readonly clientSecret: string;
  /** PEM of the certificate the app may sign with in place of its secret; null when it has none. */
  readonly certificate: string | null;
  /** Null takes any tenant in the path. */
  readonly tenantId: string | null;
}

/**
 * The token endpoint of Entra for the client-credentials grant, and the check of its tokens. The key
 * lies in the state folder, so that a token outlives a restart.
 */
export class TokenDesk {
  readonly #settings: Settings;
  readonly #key: Buffer;
  #app: AppRegistration;
  #validFromSeconds = 0;

  constructor(stateDirectory: string, app: AppRegistration, settings: Settings) {
    this.#app = app;
    this.#settings = settings;
    const path = join(stateDirectory, 'token-key');
    if (!existsSync(path)) writeFileSync(path, randomBytes(32), { mode: 0o600 });
    this.#key = readFileSync(path);
  }

  /** Tokens need this secret from now on. */
  changeSecret(clientSecret: string): void {
    this.#app = { ...this.#app, clientSecret };
  }

  /** No token given out so far is good any longer. */
  revokeAll(): void {
    this.#validFromSeconds = Date.now() / 1000;
  }

  /** `GET /{tenant}/v2.0/.well-known/openid-configuration` */
  configuration(origin: string, tenantId: string): Answer {
    const base = `${origin}/${tenantId}`;
    return {
      status: 200,
      body: {
        token_endpoint: `${base}/oauth2/v2.0/token`,
        token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
        jwks_uri: `${base}/discovery/v2.0/keys`,
        response_modes_supported: ['query', 'fragment', 'form_post'],
        subject_types_supported: ['pairwise'],
        id_token_signing_alg_values_supported: ['RS256'],
        response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
        scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
        issuer: `${base}/v2.0`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        end_session_endpoint: `${base}/oauth2/v2.0/logout`,
        tenant_region_scope: 'EU',
        cloud_instance_name: 'microsoftonline.com',
        msgraph_host: 'graph.microsoft.com',
      },
    };
  }

  /** `POST /{tenant}/oauth2/v2.0/token` with a form. */
  grant(origin: string, tenantId: string, form: URLSearchParams): Answer {
    const refusal = this.#refusal(origin, tenantId, form);
    if (refusal !== null) return refusal;
    const lifetime = this.#settings.tokenLifetimeSeconds;
    const scope = form.get('scope') ?? '';
    const token = this.#sign({
      aud: scope.slice(0, -'/.default'.length),
      iss: `${origin}/${tenantId}/v2.0`,
      appid: this.#app.clientId,
      tid: tenantId,
      roles: ['Mail.ReadWrite', 'User.Read.All'],
      // Not rounded: tokens given out in the second of a revocation are still told apart.
      iat: Date.now() / 1000,
      exp: Math.floor(Date.now() / 1000) + lifetime,
      uti: randomUUID(),
    });
    return {
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: {
        token_type: 'Bearer',
        expires_in: lifetime,
        ext_expires_in: lifetime,
        access_token: token,
      },
    };
  }

  /** The app id in a request's bearer token. @throws {GraphFailure} 401 InvalidAuthenticationToken */
  appOf(authorization: string | undefined): string {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw unauthorized('Access token is empty.');
    const [head = '', claims = '', signature = ''] = token.split('.');
    const expected = this.#signature(`${head}.${claims}`);
    const given = Buffer.from(signature, 'base64url');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw unauthorized('Access token validation failure. Invalid signature.');
    }
    const { appid, iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {
      appid: string;
      iat: number;
      exp: number;
    };
    if (exp * 1000 <= Date.now() || iat < this.#validFromSeconds) {
      throw unauthorized('Lifetime validation failed, the token is expired.');
    }
    return appid;
  }

  #refusal(origin: string, tenantId: string, form: URLSearchParams): Answer | null {
    const { clientId, tenantId: known } = this.#app;
    if (known !== null && known.toLowerCase() !== tenantId.toLowerCase()) {
      return refused(400, 'invalid_request', 'AADSTS90002', `Tenant '${tenantId}' not found.`);
    }
    if (form.get('grant_type') !== 'client_credentials') {
      const message = 'The app requested an unsupported grant type.';
      return refused(400, 'unsupported_grant_type', 'AADSTS70003', message);
    }
    if (form.get('client_id')?.toLowerCase() !== clientId.toLowerCase()) {
      const message = 'The application was not found in the directory.';
      return refused(400, 'unauthorized_client', 'AADSTS700016', message);
    }
    const refusal = this.#proofRefusal(`${origin}/${tenantId}/oauth2/v2.0/token`, form);
    if (refusal !== null) return refusal;
    if (!/^\S+\/\.default$/.test(form.get('scope') ?? '')) {
      const message = 'The provided value for scope is not valid: it must end in /.default.';
      return refused(400, 'invalid_scope', 'AADSTS1002012', message);
    }
    return null;
  }

  #proofRefusal(tokenEndpoint: string, form: URLSearchParams): Answer | null {
    const { clientId, clientSecret, certificate } = this.#app;
    const assertion = form.get('client_assertion');
    if (assertion !== null) {
      const isGood =
        !this.#settings.refusesTokens &&
        certificate !== null &&
        isGoodAssertion(assertion, { clientId, certificate, tokenEndpoint });
      const message = 'The certificate used to sign the client assertion is not registered.';
      return isGood ? null : refused(401, 'invalid_client', 'AADSTS700027', message);
    }
    if (!this.#settings.refusesTokens && form.get('client_secret') === clientSecret) return null;
    const message = 'Invalid client secret provided.';
    return refused(401, 'invalid_client', 'AADSTS7000215', message);
  }

  #sign(claims: Readonly<Record<string, unknown>>): string {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part({ typ: 'JWT', alg: 'HS256' })}.${part(claims)}`;
    return `${signed}.${this.#signature(signed).toString('base64url')}`;
  }

  #signature(signed: string): Buffer {
    return createHmac('sha256', this.#key).update(signed).digest();
  }
}

function unauthorized(message: string): GraphFailure {
  return new GraphFailure(401, 'InvalidAuthenticationToken', message, {
    headers: {
      'www-authenticate':
        'Bearer realm="", client_id="00000003-0000-0000-c000-000000000000", error="invalid_token"',
    },
  });
}

function refused(status: number, error: string, code: string, message: string): Answer {
  const traceId = randomUUID();
  return {
    status,
    body: {
      error,
      error_description: `${code}: ${message} Trace ID: ${traceId}`,
      error_codes: [Number(code.slice('AADSTS'.length))],
      timestamp: new Date().toISOString().replace('T', ' '),
      trace_id: traceId,
      correlation_id: randomUUID(),
    },
  };
}
