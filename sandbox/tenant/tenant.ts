import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TenantParts } from './call.ts';
import { serverCertificate } from './certificate.ts';
import { Control } from './control.ts';
import { Counters } from './counters.ts';
import type { CounterReport } from './counters.ts';
import { Faults } from './faults.ts';
import type { FaultOrder } from './faults.ts';
import { Mailboxes } from './mailboxes.ts';
import type { MailboxState } from './mailboxes.ts';
import { pageServer } from './page.ts';
import { serve } from './server.ts';
import { defaultSettings } from './settings.ts';
import type { Settings } from './settings.ts';
import { Throttle } from './throttle.ts';
import { TokenDesk } from './token.ts';
import { UploadSessions } from './upload-session.ts';
import { UserDirectory } from './users.ts';
import type { TenantUser } from './users.ts';

/** Idle connections of a client's pool must not end under its next request. */
const KEEP_ALIVE_MS = 120_000;

export interface TenantOptions {
  /** 0 for a free one. All ports are on 127.0.0.1 only. */
  readonly port?: number;
  readonly stateDirectory: string;
  readonly users: readonly TenantUser[];
  readonly clientId: string;
  readonly clientSecret: string;
  /** PEM of a certificate the app may use in place of the secret. */
  readonly clientCertificate?: string;
  /** Where people can read the mailboxes, over plain HTTP; 0 for a free port, left out for no page. */
  readonly pagePort?: number;
  /** Null, the default, takes any tenant in the token endpoint's path. */
  readonly tenantId?: string | null;
  /** Opens the control API over HTTPS to whoever knows it; without one it is closed. */
  readonly controlKey?: string;
  readonly settings?: Partial<Settings>;
}

export interface Tenant {
  /** `https://127.0.0.1:<port>`: graphEndpoint and authorityHost alike. */
  readonly url: string;
  readonly port: number;
  /** `http://127.0.0.1:<port>/` for people; null without a page. */
  readonly pageUrl: string | null;
  /** The CA's certificate, for NODE_EXTRA_CA_CERTS. */
  readonly caFile: string;
  /** The next requests that fit meet this fault; its id. */
  order(fault: FaultOrder): string;
  clearFaults(): void;
  /** Requests whose work is still to be done late, as a fault says that they met. */
  lateWork(): number;
  addUser(user: TenantUser): void;
  /** By object id or user principal name. */
  setMailbox(user: string, state: MailboxState): void;
  setMaxMessageBytes(user: string, maxMessageBytes: number): void;
  change(settings: Partial<Settings>): void;
  /** Tokens given out so far are refused from now on. */
  revokeTokens(): void;
  changeSecret(clientSecret: string): void;
  counters(): CounterReport;
  resetCounters(): void;
  close(): Promise<void>;
}

/** Starts a stand-in of a Microsoft 365 tenant; resolves when it listens. */
export async function startTenant(options: TenantOptions): Promise<Tenant> {
  const { stateDirectory } = options;
  mkdirSync(stateDirectory, { recursive: true });
  const certificate = await serverCertificate(stateDirectory);
  const parts = tenantParts(options);
  const { clientId, clientSecret, tenantId = null } = options;
  const app = { clientId, clientSecret, certificate: options.clientCertificate ?? null, tenantId };
  const tokens = new TokenDesk(stateDirectory, app, parts.settings);
  const control = new Control(parts, tokens, options.controlKey ?? null);
  if (options.settings !== undefined) control.change(options.settings);
  const server = createServer(
    {
      key: certificate.key,
      cert: certificate.certificate,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: KEEP_ALIVE_MS + 5_000,
    },
    (incoming, response) => void serve(incoming, response, parts, { tokens, control }),
  );
  const pages = options.pagePort === undefined ? null : pageServer(parts);
  const port = await listening(server, options.port ?? 0);
  const pagePort = pages === null ? null : await listening(pages, options.pagePort ?? 0);
  const close = async () => {
    parts.faults.close();
    await Promise.all([ended(server), ...(pages === null ? [] : [ended(pages)])]);
  };
  return {
    ...levers(parts, tokens, control),
    url: `https://127.0.0.1:${port}`,
    port,
    pageUrl: pagePort === null ? null : `http://127.0.0.1:${pagePort}/`,
    caFile: certificate.caFile,
    close,
  };
}

async function listening(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function ended(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

function tenantParts(options: TenantOptions): TenantParts {
  const settings = defaultSettings();
  return {
    settings,
    users: new UserDirectory(options.stateDirectory, options.users),
    mailboxes: new Mailboxes(options.stateDirectory),
    uploads: new UploadSessions(options.stateDirectory),
    throttle: new Throttle(settings),
    counters: new Counters(),
    faults: new Faults(),
  };
}

function levers(parts: TenantParts, tokens: TokenDesk, control: Control) {
  const userOf = (name: string): TenantUser => {
    const user = parts.users.find(name);
    if (user === null) throw new Error(`The tenant has no user '${name}'.`);
    return user;
  };
  return {
    order: (fault: FaultOrder) => parts.faults.order(fault),
    clearFaults: () => parts.faults.clear(),
    lateWork: () => parts.faults.lateWork(),
    addUser: (user: TenantUser) => parts.users.add(user),
    setMailbox: (user: string, state: MailboxState) =>
      parts.mailboxes.setState(userOf(user), state),
    setMaxMessageBytes: (user: string, maxMessageBytes: number) =>
      parts.mailboxes.setMaxMessageBytes(userOf(user), maxMessageBytes),
    change: (settings: Partial<Settings>) => void control.change(settings),
    revokeTokens: () => tokens.revokeAll(),
    changeSecret: (clientSecret: string) => tokens.changeSecret(clientSecret),
    counters: () => parts.counters.report(),
    resetCounters: () => parts.counters.reset(),
  };
}
