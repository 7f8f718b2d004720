import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';

import type { ExitCode } from '../../../../src/cli/exit.ts';
import { EXIT } from '../../../../src/cli/exit.ts';
import type { Builders, TemporalAccess } from '../../../../src/cli/session.ts';
import type { Prompts } from '../../../../src/cli/setup/prompts.ts';
import { Interrupted } from '../../../../src/cli/setup/prompts.ts';
import { setupCommand } from '../../../../src/cli/setup.ts';
import { parseConfig } from '../../../../src/config/load.ts';
import type { RunError } from '../../../../src/domain/run-error.ts';
import { memoryStaging } from '../../../support/memory-staging.ts';
import { USERS } from '../../../unit/cli/mapping-desk.ts';

export const HOST_KEY = `SHA256:${'k'.repeat(43)}`;
export const PASSWORD = 'canary-77aa-password';
export const CLIENT_ID = '11111111-2222-3333-4444-555555555555';
export const CLIENT_SECRET = 'canary-88bb-client-secret';

/** What a person answers, by question; several answers to one are given in turn. */
export type Script = Readonly<Record<string, readonly string[]>>;

/** Right answers to everything that has no proposal. */
export const RIGHT: Script = {
  'accept-terms': ['yes'],
  'start-day': ['2026-12-01'],
  'sftp-host': ['sftp.example.com'],
  'sftp-username': ['acme'],
  'sftp-password': [PASSWORD],
  'storage-account': ['https://acme.blob.core.windows.net'],
  'tenant-id': ['7f3cf4b5-5a3c-4d0b-9d5c-2f6a3f0e1d11'],
  'app-login': ['secret'],
  'client-id': [CLIENT_ID],
  'client-secret': [CLIENT_SECRET],
  'own-domains': ['example.org, example.com'],
  'try-mailbox': ['ann@example.com'],
  'mapping-file': [''],
  'first-run': ['-'],
};

/** What stands behind the conversation; each may be broken for some calls. */
export interface Surroundings {
  readonly site?: () => Promise<void>;
  readonly tenant?: () => Promise<void>;
  readonly temporal?: () => Promise<TemporalAccess>;
  readonly hostKey?: () => Promise<string>;
  readonly env?: Readonly<Record<string, string>>;
  readonly canDryRun?: boolean;
}

export interface Sat {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
  /** Questions that a person was asked, in order. */
  readonly asked: readonly string[];
  readonly warned: readonly string[];
  readonly said: string;
  /** Commands that followed, without the standard options. */
  readonly followed: readonly string[];
}

export function folder(): string {
  return mkdtempSync(join(tmpdir(), 'o2-setup-'));
}

export function configText(inFolder: string): string {
  return readFileSync(join(inFolder, 'o2-archiver.yaml'), 'utf8');
}

/** Runs `setup` against a script; null where nobody can be asked. */
export async function sit(
  inFolder: string,
  script: Script | null,
  { argv = [], ...around }: Surroundings & { readonly argv?: readonly string[] } = {},
): Promise<Sat> {
  const [out, err, followed, codes]: [string[], string[], string[], number[]] = [[], [], [], []];
  const person = script === null ? null : scripted(script);
  const file = join(inFolder, 'o2-archiver.yaml');
  const terminal = {
    out: (text: string) => out.push(text),
    err: (text: string) => err.push(text),
    isInteractive: false,
    screen: null,
  };
  const setup = {
    builders: buildersOf(file, person?.prompts ?? null, around),
    terminal,
    exit: (code: ExitCode) => codes.push(code),
  };
  const command = setupCommand(setup, () => ({
    run: (given) => {
      followed.push(given.filter((each) => !each.startsWith('--con') && each !== file).join(' '));
      return Promise.resolve(EXIT.done);
    },
    takes: () => around.canDryRun ?? false,
  }));
  await new Command().addCommand(command).parseAsync(['setup', ...argv], { from: 'user' });
  return {
    code: codes.at(-1),
    out: out.join('\n'),
    err: err.join('\n'),
    asked: person?.asked ?? [],
    warned: person?.warned ?? [],
    said: person?.said.join('\n') ?? '',
    followed: followed.map((line) => line.replace(/ o2$/u, '')),
  };
}

function buildersOf(file: string, prompts: Prompts | null, around: Surroundings): Builders {
  const never = () => Promise.reject(new Error('a set-up needs none of it'));
  const works = () => Promise.resolve();
  const { site = works, tenant = works, env = {} } = around;
  return {
    loadConfig: () => parseConfig({ file, text: readFileSync(file, 'utf8'), env }),
    connectTemporal: around.temporal ?? (() => Promise.resolve(temporalThatAnswers())),
    openStaging: () => Promise.resolve(memoryStaging()),
    openSite: () =>
      Promise.resolve({
        list: () => site().then(() => []),
        open: never,
        close: works,
      }),
    openTenant: () =>
      Promise.resolve({ readOneUser: tenant, readMailbox: tenant, tryCanary: never }),
    openUsers: () => Promise.resolve(USERS),
    openItems: never,
    openProof: never,
    openLink: () => Promise.resolve(false),
    openGuide: () =>
      Promise.resolve({
        file,
        prompts,
        readConfig: (text, more) => parseConfig({ file, text, env: { ...env, ...more } }),
        hostKey: around.hostKey ?? (() => Promise.resolve(HOST_KEY)),
      }),
    webUi: 'http://ui',
    operator: 'ann@host',
    now: () => Date.parse('2026-12-24T09:00:00Z'),
  };
}

function temporalThatAnswers(): TemporalAccess {
  const describeNamespace = () =>
    Promise.resolve({ config: { workflowExecutionRetentionTtl: { seconds: 30 * 86_400 } } });
  const client = { workflowService: { describeNamespace }, connection: { close: () => undefined } };
  return {
    client: client as unknown as TemporalAccess['client'],
    address: 'localhost:7233',
    namespace: 'default',
  };
}

/** Fails the first time and works from then on. */
export function failsOnce(error: RunError | Error): () => Promise<void> {
  let isBroken = true;
  return () => {
    if (!isBroken) return Promise.resolve();
    isBroken = false;
    return Promise.reject(error);
  };
}

/** A person who takes what is proposed where the script has nothing, and Ctrl-C where it says `^C`. */
function scripted(script: Script) {
  const left = new Map(Object.entries(script).map(([key, answers]) => [key, [...answers]]));
  const [asked, warned, said]: [string[], string[], string[]] = [[], [], []];
  const next = (key: string, proposal: string | null): string => {
    asked.push(key);
    if (asked.length > 200)
      throw new Error(`asked for ever: ${asked.slice(-8).join(', ')}; ${warned.at(-1) ?? ''}`);
    const answer = left.get(key)?.shift() ?? proposal;
    if (answer === null) throw new Error(`the script has no answer to ${key}`);
    if (answer === '^C') throw new Interrupted();
    return answer;
  };
  const checked = (
    key: string,
    proposal: string | null,
    problem: (value: string) => string | null,
  ) => {
    for (;;) {
      const value = next(key, proposal ?? (script[key] === undefined ? null : ''));
      const wrong = problem(value);
      if (wrong === null) return Promise.resolve(value);
      warned.push(wrong);
    }
  };
  const prompts: Prompts = {
    say: (text) => void said.push(text),
    copy: (text) => void said.push(text),
    warn: (text) => void warned.push(text),
    text: ({ key, proposal, problem }) => checked(key, proposal, problem),
    secret: ({ key, problem }) => checked(key, null, problem),
    choose: ({ key, proposal, choices }) => {
      const value = next(key, proposal);
      if (choices.some((choice) => choice.value === value)) return Promise.resolve(value);
      throw new Error(`${key} does not offer ${value}`);
    },
    wait: (_what, work) => work(),
  };
  return { prompts, asked, warned, said };
}
