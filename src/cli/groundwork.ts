import type { BlobAccount, ConnectorConfig } from '../config/config.ts';
import { SEARCH_ATTRIBUTES } from '../domain/ids.ts';
import { RunError } from '../domain/run-error.ts';
import type { Staging } from '../staging/staging.ts';
import type { TemporalAccess } from './session.ts';
import { grpcCode, isAlreadyThere } from './temporal-error.ts';

/** What a schedule needs around it: search attributes and containers. */
export interface Groundwork {
  readonly what: string;
  readonly state: 'created' | 'unchanged' | 'refused';
  /** The command for someone who may; null when there is nothing to do. */
  readonly command: string | null;
}

/** `IndexedValueType` of temporal/api/enums/v1/common.proto. */
const TYPES = { Keyword: 2, Int: 3 } as const;

/** gRPC codes with which a server refuses the registration rather than fails it. */
const REFUSED_CODES: ReadonlySet<number> = new Set([
  3, // INVALID_ARGUMENT: the namespace has no room for more
  7, // PERMISSION_DENIED
  12, // UNIMPLEMENTED, as Temporal Cloud answers
]);

/** Search attributes that the namespace lacks. */
export async function missingSearchAttributes(access: TemporalAccess): Promise<string[]> {
  const { operatorService } = access.client.connection;
  const { customAttributes } = await operatorService.listSearchAttributes({
    namespace: access.namespace,
  });
  return Object.keys(SEARCH_ATTRIBUTES).filter((name) => !(name in customAttributes));
}

/** Registers what is missing, or tells the command for who may. */
export async function registerSearchAttributes(access: TemporalAccess): Promise<Groundwork> {
  const missing = await missingSearchAttributes(access);
  const what = 'search attributes';
  if (missing.length === 0) return { what, state: 'unchanged', command: null };
  const searchAttributes = Object.fromEntries(missing.map((name) => [name, TYPES[typeOf(name)]]));
  try {
    const { operatorService } = access.client.connection;
    await operatorService.addSearchAttributes({ namespace: access.namespace, searchAttributes });
    return { what: `${what} ${missing.join(', ')}`, state: 'created', command: null };
  } catch (error) {
    if (isAlreadyThere(error)) return { what, state: 'unchanged', command: null };
    const code = grpcCode(error);
    if (code === null || !REFUSED_CODES.has(code)) throw error;
    return { what, state: 'refused', command: searchAttributeCommand(access.namespace, missing) };
  }
}

export function searchAttributeCommand(namespace: string, names: readonly string[]): string {
  const pairs = names.map((name) => `--name ${name} --type ${typeOf(name)}`).join(' ');
  return `temporal operator search-attribute create --namespace ${namespace} ${pairs}`;
}

/** Creates the three containers, or tells the commands for who may. */
export async function createContainers(
  connector: ConnectorConfig,
  staging: Staging,
): Promise<Groundwork[]> {
  const done: Groundwork[] = [];
  for (const container of staging.containers) {
    const what = `container ${container.name}`;
    try {
      const state = (await container.create()) ? 'created' : 'unchanged';
      done.push({ what, state, command: null });
    } catch (error) {
      if (!(error instanceof RunError) || error.code !== 'staging-refused') throw error;
      done.push({ what, state: 'refused', command: containerCommand(connector, container.name) });
    }
  }
  return done;
}

export function containerCommand({ staging }: ConnectorConfig, name: string): string {
  return `az storage container create ${accountOption(staging)} --name ${name}`;
}

function accountOption({ account, connectionStringInShell }: BlobAccount): string {
  if (account === null) return `--connection-string ${connectionStringInShell ?? ''}`;
  const [name = ''] = new URL(account).hostname.split('.');
  return `--auth-mode login --account-name ${name}`;
}

function typeOf(name: string): 'Keyword' | 'Int' {
  return SEARCH_ATTRIBUTES[name as keyof typeof SEARCH_ATTRIBUTES];
}
