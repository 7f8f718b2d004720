import { X509Certificate, constants, verify } from 'node:crypto';
import { isObject } from './request-body.ts';

/**
 * Whether a client assertion was signed with the app's certificate, for this token endpoint, and has
 * not expired. https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 */
export function isGoodAssertion(
  assertion: string,
  app: {
    readonly clientId: string;
    readonly certificate: string;
    readonly tokenEndpoint: string;
  },
): boolean {
  const [head = '', claims = '', signature = ''] = assertion.split('.');
  const [header, said] = [jsonOf(head), jsonOf(claims)];
  const padding = {
    PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
    RS256: { padding: constants.RSA_PKCS1_PADDING },
  }[String(header['alg'])];
  if (padding === undefined) return false;
  const key = new X509Certificate(app.certificate).publicKey;
  const signed = Buffer.from(`${head}.${claims}`);
  return (
    verify('sha256', signed, { key, ...padding }, Buffer.from(signature, 'base64url')) &&
    said['iss'] === app.clientId &&
    said['sub'] === app.clientId &&
    said['aud'] === app.tokenEndpoint &&
    Number(said['exp']) * 1000 > Date.now()
  );
}

function jsonOf(part: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
