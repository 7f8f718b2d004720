import type { AccessToken, TokenCredential } from '@azure/identity';
import {
  ClientCertificateCredential,
  ClientSecretCredential,
  ManagedIdentityCredential,
  WorkloadIdentityCredential,
} from '@azure/identity';
import { RunError } from '../domain/run-error.ts';

/** How the app proves who it is. */
export type Credential =
  | { readonly type: 'secret'; readonly clientId: string; readonly secret: string }
  /** PEM file with certificate and private key. */
  | { readonly type: 'certificate'; readonly clientId: string; readonly path: string }
  | { readonly type: 'managedIdentity'; readonly clientId: string | null }
  | { readonly type: 'workloadIdentity'; readonly clientId: string | null };

export interface TenantAccess {
  readonly tenantId: string;
  readonly credential: Credential;
  /** `https://` root of Graph; the token's scope is this and `/.default`. */
  readonly graphEndpoint: string;
  /** `https://` root of the token endpoint, without tenant. */
  readonly authorityHost: string;
  /** An authority that Microsoft's directory of clouds does not know: it is not asked. */
  readonly isOwnAuthority: boolean;
  readonly timeoutMs?: number;
}

/** MSAL sets no deadline of its own. */
const TIMEOUT_MS = 30_000;
/** MSAL itself renews a token about so long before its end. */
const RENEW_BEFORE_MS = 300_000;

/**
 * Gives the app's token, kept in memory until about five minutes before its end; called with a token
 * that Graph has just refused, a new one.
 *
 * @throws {RunError} `tenant-refused` when the token endpoint refuses the app, `tenant-unavailable`
 * when it does not answer, `configuration` when the certificate cannot be read.
 */
export function tokenSource(access: TenantAccess): (refused?: string) => Promise<string> {
  let credential = credentialOf(access);
  let latest: AccessToken | null = null;
  const scope = `${access.graphEndpoint.replace(/\/+$/, '')}/.default`;
  return async (refused) => {
    // Asking MSAL for what it keeps costs 0.7 ms, at each request.
    const isGood = latest !== null && latest.expiresOnTimestamp - Date.now() > RENEW_BEFORE_MS;
    if (latest !== null && isGood && refused === undefined) return latest.token;
    if (refused !== undefined && refused === latest?.token) {
      // A credential of its own has an empty cache: the only way to be given a new token.
      credential = credentialOf(access);
      latest = null;
    }
    const abortSignal = AbortSignal.timeout(access.timeoutMs ?? TIMEOUT_MS);
    try {
      latest = await withDeadline(credential.getToken(scope, { abortSignal }), abortSignal);
      return latest.token;
    } catch (error) {
      throw translate(error);
    }
  };
}

function credentialOf({ credential, ...access }: TenantAccess): TokenCredential {
  const options = {
    authorityHost: access.authorityHost,
    disableInstanceDiscovery: access.isOwnAuthority,
    retryOptions: { maxRetries: 1 },
  };
  const { tenantId } = access;
  switch (credential.type) {
    case 'secret':
      return new ClientSecretCredential(tenantId, credential.clientId, credential.secret, options);
    case 'certificate':
      return new ClientCertificateCredential(
        tenantId,
        credential.clientId,
        { certificatePath: credential.path },
        options,
      );
    case 'managedIdentity':
      return credential.clientId === null
        ? new ManagedIdentityCredential()
        : new ManagedIdentityCredential({ clientId: credential.clientId });
    case 'workloadIdentity':
      return new WorkloadIdentityCredential({
        ...options,
        tenantId,
        ...(credential.clientId === null ? {} : { clientId: credential.clientId }),
      });
  }
}

/** Some credentials do not heed the signal. */
async function withDeadline(
  token: Promise<AccessToken | null>,
  signal: AbortSignal,
): Promise<AccessToken> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(new Error('no token in time'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    const given = await Promise.race([token, promise]);
    if (given === null) throw new Error('no token was given');
    return given;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/**
 * Sentences for the refusals that a person can cure.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
 */
const CURES: Readonly<Record<string, string>> = {
  '7000215':
    'The client secret is wrong. Copy the *value* of the secret, not its ID, from the app registration.',
  '7000222':
    'The client secret has expired. Make a new one in the app registration and put it in its place.',
  '700016':
    'This tenant has no app with that clientId. Check clientId and tenantId, and that an administrator has consented.',
  '90002': 'There is no tenant with that tenantId in this cloud. Check tenantId and cloud.',
  '900023': 'The tenantId has not the form of one. Check tenantId.',
  '700027':
    'The certificate is not the one of the app registration, or has expired. Upload its public part there.',
  '700024':
    'The clock of this machine is wrong, so the proof it sends is not valid. Set the clock.',
  '7000112': 'The app is disabled in the tenant. Enable it in Enterprise applications.',
  '700213':
    'No federated credential of the app fits this workload. Check its issuer, subject and audience.',
  '70021':
    'No federated credential of the app fits this workload. Check its issuer, subject and audience.',
  '500011': 'Microsoft Graph is not known in this tenant under that address. Check cloud.',
  '53003': 'Conditional Access blocks the app. Exclude it, or let it come from an allowed place.',
};

const NO_IDENTITY =
  'This machine offers no such identity. Give it one, or use clientSecretEnv or certificateFile.';

function translate(error: unknown): RunError {
  const { name, message, status, code } = factsOf(error);
  if (code === 'ENOENT' || code === 'EACCES' || /certificate/i.test(name) || isBadPem(message)) {
    return new RunError(
      'configuration',
      'The file of certificateFile cannot be read as a PEM certificate with its private key.',
    );
  }
  const number = /AADSTS(\d{4,8})/.exec(message)?.[1];
  const isPassing = status !== null && (status >= 500 || status === 429 || status === 408);
  if (number !== undefined && !isPassing) return refused(number);
  if (!isPassing && status !== null && status >= 400) return refused(null);
  if (/\binvalid_client\b|\bunauthorized_client\b|\binvalid_grant\b/.test(message)) {
    return refused(null);
  }
  if (
    name === 'CredentialUnavailableError' &&
    /managed identity|workload identity/i.test(message)
  ) {
    return new RunError('tenant-refused', NO_IDENTITY);
  }
  return new RunError(
    'tenant-unavailable',
    'The token endpoint of the tenant does not answer. Check network, proxy and authorityHost; it is tried again.',
  );
}

function refused(number: string | null): RunError {
  const cure =
    (number === null ? undefined : CURES[number]) ??
    'Check tenantId, clientId and the credential in the app registration.';
  const reference = number === null ? '' : ` (AADSTS${number})`;
  return new RunError('tenant-refused', `Microsoft Entra refuses the app${reference}. ${cure}`);
}

function isBadPem(message: string): boolean {
  return /not a PEM|PEM-encoded|doesn't contain a private key|invalid key/i.test(message);
}

/** The parts of an error of @azure/identity that are safe to decide by; its texts are not passed on. */
function factsOf(error: unknown): {
  name: string;
  message: string;
  status: number | null;
  code: string | null;
} {
  const found = {
    name: '',
    message: '',
    status: null as number | null,
    code: null as string | null,
  };
  let one = error as Record<string, unknown> | null | undefined;
  for (let depth = 0; depth < 5 && typeof one === 'object' && one !== null; depth += 1) {
    found.name ||= text(one['name']);
    found.message += ` ${text(one['message'])} ${text(one['errorMessage'])} ${text(one['errorCode'])}`;
    const status = one['statusCode'] ?? one['status'];
    if (typeof status === 'number') found.status ??= status;
    if (typeof one['code'] === 'string') found.code ??= one['code'];
    one = one['cause'] as typeof one;
  }
  return found;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
