import { readFileSync } from 'node:fs';
import { GraphFailure } from './answer.ts';
import { flagOf, objectOf, textOf, textsOf } from './request-body.ts';
import type { TenantUser } from './users.ts';

/** Reads a JSON array of users. @throws {Error} that names the user by position and what is wrong */
export function readUsersFile(path: string): TenantUser[] {
  const given: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!Array.isArray(given)) throw new Error(`${path} must hold a JSON array of users.`);
  return given.map((one, position) => {
    try {
      return readUser(one);
    } catch (error) {
      throw new Error(`${path}: user ${position}: ${String(error)}`, { cause: error });
    }
  });
}

/** @throws {GraphFailure} 400 for what is no user */
export function readUser(given: unknown): TenantUser {
  const user = objectOf(given, 'user');
  const [id, userPrincipalName] = [textOf(user, 'id') ?? '', textOf(user, 'userPrincipalName')];
  if (id === '' || userPrincipalName === null) {
    throw new GraphFailure(400, 'BadRequest', 'A user needs an id and a userPrincipalName.');
  }
  return {
    id,
    userPrincipalName,
    mail: textOf(user, 'mail'),
    displayName: textOf(user, 'displayName') ?? userPrincipalName,
    accountEnabled: flagOf(user, 'accountEnabled') ?? true,
    ...('proxyAddresses' in user ? { proxyAddresses: textsOf(user, 'proxyAddresses') } : {}),
    ...(user['mailbox'] === 'none' ? { mailbox: 'none' as const } : {}),
  };
}
