import type { Office } from '../support/office.ts';
import { credentialFor } from '../support/test-tenant.ts';
import type { GraphAnswer } from './cell.ts';

/** One Graph request with the administrator's token. @throws for an answer that is not 2xx */
export async function asAdministrator(
  { tenant, env }: Office,
  method: string,
  path: string,
  body?: object,
): Promise<GraphAnswer> {
  const credential = credentialFor(tenant, env['O2_GRAPH_SECRET']);
  const { token } = await credential.getToken(`${tenant.url}/.default`);
  const response = await fetch(`${tenant.url}/v1.0${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      prefer: 'IdType="ImmutableId"',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${String(response.status)} for ${method} ${path}`);
  const text = await response.text();
  const json = (text === '' ? {} : JSON.parse(text)) as Partial<GraphAnswer>;
  return { status: response.status, id: json.id ?? '', value: json.value ?? [] };
}
