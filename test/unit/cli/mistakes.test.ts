import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { RestError } from '@azure/storage-blob';
import { ServiceError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import type { Command } from 'commander';

import { EXIT } from '../../../src/cli/exit.ts';
import { programOf } from '../../../src/cli/program.ts';
import type { Setup } from '../../../src/cli/command.ts';
import type { TemporalAccess } from '../../../src/cli/session.ts';
import type { RunErrorCode } from '../../../src/domain/run-error.ts';
import { RunError } from '../../../src/domain/run-error.ts';
import { loadConfig } from '../../../src/config/load.ts';
import type { Container } from '../../../src/staging/container.ts';
import { stagingProblem } from '../../../src/staging/problem.ts';
import { stagingIn, type Staging } from '../../../src/staging/staging.ts';
import { memoryStaging } from '../../support/memory-staging.ts';
import { configFolder, ENV, MINIMAL, SECRET } from '../config/fixture.ts';
import type { Around, Typed } from './typed.ts';
import { typed } from './typed.ts';

/**
 * The five usual mistakes of every command: something missing, a wrong day, something unknown, a server
 * away, no rights. The commands are the program's own: a new one fails here until it has its row.
 */
interface Row {
  /** A command line that is right, but for what stands behind it. */
  readonly right: readonly string[];
  /** Without what it cannot do without, and how that is called; absent where nothing is needed. */
  readonly missing?: readonly [argv: readonly string[], named: string];
  /** Its options that take a day. */
  readonly days?: readonly string[];
  /** Of what does not exist: the message names it and says what to type. */
  readonly unknown?: readonly (readonly [argv: readonly string[], code: number, said: RegExp])[];
  readonly needs: readonly ('temporal' | 'staging' | 'site' | 'tenant')[];
}

const DAY = '2026-12-01';
const KEY = 'ab'.repeat(32);
const ITEM = /no staged item has the key (?:ab){32}\..*o2-archiver items/;
const NO_REPORT = /no report of 2026-12-01 .*o2-archiver run --connector o2 --day 2026-12-01/;
const NOTHING_STAGED = /no package of 2026-12-01 .*o2-archiver run --connector o2/;
const NOBODY = /Nothing (?:waits|is closed) for this person.*o2-archiver report/;
const NO_FILE = /there is no file \/no\/such\.csv\. Name a CSV with the header mobileNumber,email/;
const CSV = join(configFolder(MINIMAL), '..', 'mistakes.csv');
writeFileSync(CSV, 'mobileNumber,email\n+447700900123,ann@example.com\n');

const ROWS: Readonly<Record<string, Row>> = {
  check: {
    right: [],
    missing: [['--canary'], '--canary'],
    needs: ['temporal', 'staging', 'site', 'tenant'],
  },
  'schedule apply': { right: [], needs: ['temporal'] },
  'schedule show': { right: [], needs: ['temporal'] },
  'schedule pause': { right: ['--reason', 'x'], missing: [[], '--reason'], needs: ['temporal'] },
  'schedule resume': { right: [], needs: ['temporal'] },
  'schedule delete': { right: [], needs: ['temporal'] },
  drain: {
    right: ['--no-wait'],
    unknown: [[['--end', '--reason', 'x'], EXIT.usage, /--reason.*cannot be used with.*--end/]],
    needs: ['temporal', 'staging'],
  },
  run: { right: ['--day', DAY], days: ['--day'], needs: ['temporal'] },
  backfill: {
    right: ['--from', DAY, '--to', DAY],
    missing: [['--from', DAY], '--to'],
    days: ['--from', '--to'],
    needs: ['temporal'],
  },
  status: { right: [], days: ['--day'], needs: ['temporal', 'staging'] },
  report: {
    right: ['--day', DAY],
    missing: [[], '--day'],
    days: ['--day', '--sent'],
    unknown: [[['--day', DAY], EXIT.failed, NO_REPORT]],
    needs: ['staging'],
  },
  'report sign': {
    right: ['--day', DAY, '--note', 'read'],
    missing: [['--day', DAY], '--note'],
    days: ['--day'],
    unknown: [[['--day', DAY, '--note', 'read'], EXIT.failed, NO_REPORT]],
    needs: ['staging'],
  },
  items: {
    right: ['--day', DAY],
    missing: [[], '--day'],
    days: ['--day', '--sent'],
    unknown: [
      [['--day', DAY], EXIT.done, /No item of 2026-12-01 is staged\..*o2-archiver run/],
      [['--day', DAY, '--reason', 'mood'], EXIT.usage, /--reason.*mood.*no-user/],
    ],
    needs: ['staging'],
  },
  item: {
    right: [KEY],
    missing: [[], 'KEY'],
    days: ['--day'],
    unknown: [
      [[KEY], EXIT.failed, ITEM],
      [['abc'], EXIT.usage, /abc.*64 hexadecimal digits.*o2-archiver items/],
      [['--message-id', '<abc@x>'], EXIT.usage, /<abc@x>.*item key and a domain.*o2-archiver item/],
    ],
    needs: ['staging'],
  },
  retry: {
    right: ['--day', DAY],
    missing: [[], '--day'],
    days: ['--day'],
    unknown: [[['--item', KEY], EXIT.failed, ITEM]],
    needs: ['temporal'],
  },
  waive: {
    right: ['--person', '07700900123', '--reason', 'left'],
    missing: [['--item', KEY], '--reason'],
    days: ['--day'],
    unknown: [
      [['--item', KEY, '--reason', 'left'], EXIT.failed, ITEM],
      [['--person', '07700900123', '--reason', 'left'], EXIT.failed, NOBODY],
      [['--reason', 'left'], EXIT.usage, /--item KEY or --person/],
    ],
    needs: ['staging'],
  },
  unwaive: {
    right: ['--person', 'ann@example.com'],
    missing: [[], '--item'],
    days: ['--day'],
    unknown: [
      [['--item', KEY], EXIT.failed, ITEM],
      [['--person', 'ann@example.com'], EXIT.failed, NOBODY],
    ],
    needs: ['staging'],
  },
  verify: {
    right: ['--day', DAY],
    missing: [[], '--day'],
    days: ['--day', '--sent'],
    unknown: [[['--day', DAY], EXIT.failed, NOTHING_STAGED]],
    needs: ['staging'],
  },
  'mapping check': {
    right: [CSV],
    missing: [[], 'file'],
    unknown: [[['/no/such.csv'], EXIT.usage, NO_FILE]],
    needs: ['staging', 'tenant'],
  },
  'mapping activate': {
    right: [CSV],
    missing: [[], 'file'],
    unknown: [[['/no/such.csv'], EXIT.usage, NO_FILE]],
    needs: ['staging', 'tenant'],
  },
  'mapping show': { right: [], needs: ['staging'] },
  views: {
    right: [],
    missing: [['--open'], 'NAME'],
    days: ['--day'],
    unknown: [[['nope'], EXIT.usage, /no view "nope"; there are: days, /]],
    needs: [],
  },
};

/** They have no connector that is configured yet, or none at all: test/unit/cli/setup tries the first. */
const WITHOUT_CONNECTOR = ['setup', 'schema'];

function leaves(command: Command, path: readonly string[] = []): string[] {
  return command.commands.flatMap((each) => {
    const name = [...path, each.name()];
    const below = leaves(each, name);
    // `report` is a command and holds another; groups only hold.
    return each.registeredArguments.length > 0 || each.options.length > 0
      ? [name.join(' '), ...below]
      : below;
  });
}

const REFUSALS = { site: 'site-login-refused', tenant: 'tenant-refused' } as const;

class GrpcProblem extends Error {
  readonly code: number;
  readonly details: string;
  readonly metadata = {};
  constructor(code: number, details: string) {
    super(details);
    this.code = code;
    this.details = details;
  }
}

/** A client each of whose calls fails so. */
function temporalThat(problem: () => Error): TemporalAccess {
  const fail = () => Promise.reject(problem());
  const anything: unknown = new Proxy(() => undefined, {
    apply: fail,
    get: (_target, name) => {
      if (name === 'then') return undefined;
      if (name === 'getHandle') return () => anything;
      if (name === 'close') return () => Promise.resolve();
      if (name === 'list') return () => failing(problem());
      return anything;
    },
  });
  return { client: anything, address: 'temporal:7233', namespace: 'legal' } as TemporalAccess;
}

const grpc = (code: number, details: string) => () =>
  new ServiceError('the call failed', { cause: new GrpcProblem(code, details) });

// eslint-disable-next-line require-yield -- it fails before the first
async function* failing(problem: unknown): AsyncGenerator<never> {
  throw problem;
}

/** Staging each of whose requests is answered so. */
function stagingThat(statusCode: number | undefined, code: string): Staging {
  const [content, books, state] = memoryStaging().containers.map(
    (real): Container =>
      new Proxy(real, {
        get: (_target, name) => {
          const answer = new RestError(SECRET, { code, ...(statusCode && { statusCode }) });
          const problem = stagingProblem(answer, real.name) as Error;
          if (name === 'name') return real.name;
          if (name === 'list' || name === 'folders') return () => failing(problem);
          return () => Promise.reject(problem);
        },
      }),
  ) as [Container, Container, Container];
  return stagingIn(content, books, state);
}

/** Everything there and well, with nothing in it. */
function well(): Around {
  const staging = memoryStaging();
  return {
    openStaging: () => Promise.resolve(staging),
    openUsers: () =>
      Promise.resolve({ find: () => ({ user: 'u' }), hasMailbox: () => true } as never),
    openItems: () => Promise.resolve({ read: () => Promise.reject(new Error('unused')) }),
    openProof: () => Promise.resolve({ staging } as never),
    connectTemporal: () => Promise.resolve(temporalThat(grpc(5, 'not found'))),
  };
}

/** What holds of every answer to a mistake. */
function judge({ code, out, err }: Typed, expected: number, said: RegExp): void {
  const words = `${err}\n${out}`;
  assert.equal(code, expected, words);
  assert.match(words, said);
  assert.doesNotMatch(words, /\n\s+at .*:\d+:\d+/, 'a stack trace');
  assert.ok(!words.includes(SECRET), 'a secret');
}

describe('every command of the program', () => {
  it('has its row of mistakes', () => {
    const setup = { builders: {}, terminal: {}, exit: () => undefined } as unknown as Setup;
    const known = leaves(programOf(setup)).filter((name) => !WITHOUT_CONNECTOR.includes(name));

    assert.deepEqual(known.sort(), Object.keys(ROWS).sort());
  });
});

it('refuses item without a key also where no configuration is', async () => {
  const around = { ...well(), loadConfig: () => loadConfig({ path: '/no/such.yaml', env: ENV }) };

  judge(await typed(['item'], around), EXIT.usage, /say which: o2-archiver item KEY/);
});

for (const [name, { right, missing, days = [], unknown = [], needs }] of Object.entries(ROWS)) {
  const run = (argv: readonly string[], around = well()) =>
    typed([...name.split(' '), ...argv], around);

  describe(name, () => {
    if (missing !== undefined) {
      it('names what is missing, with a command line that is right', async () => {
        const [argv, named] = missing;

        const said = await run(argv);
        const json = await run([...argv, '--json']);

        judge(said, EXIT.usage, new RegExp(named));
        assert.match(said.err, /o2-archiver [a-z]+|--[a-z]+ [A-Z]+/, 'what to type');
        assert.equal((JSON.parse(json.out) as { error: { code: string } }).error.code, 'usage');
      });
    }

    for (const option of days) {
      it(`takes no day for ${option} that is none`, async () => {
        for (const wrong of ['yesterday', '2026-02-30', '23.11.2026']) {
          const said = new RegExp(`${option}.*${wrong}.*such as 2026-11-23`);
          judge(await run([...right, option, wrong]), EXIT.usage, said);
        }
      });
    }

    it('names a connector that is unknown, and those that there are', async () => {
      const said = await run([...right, '--connector', 'nope']);

      judge(said, EXIT.usage, /no connector "nope" in .*o2-archiver\.yaml; there are: o2/);
    });

    for (const [argv, code, said] of unknown) {
      it(`says what to type where ${argv.join(' ')} is unknown`, async () => {
        judge(await run(argv), code, said);
      });
    }

    it('names the file of a configuration that is not there, cannot be read or lacks a secret', async () => {
      const folder = join(configFolder(MINIMAL), '..');
      const withoutSecret = configFolder(
        MINIMAL.replace('clientSecretEnv: GRAPH', 'clientSecretFile: no-such'),
      );
      for (const [path, said] of [
        [join(folder, 'no-such.yaml'), /no-such\.yaml.*[^]*no such file; name it with --config/],
        [folder, /cannot be read \(EISDIR\)/],
        [withoutSecret, /clientSecretFile.*no-such/],
      ] as const) {
        const around = { ...well(), loadConfig: () => loadConfig({ path, env: ENV }) };
        judge(await run(right, around), EXIT.configuration, said);
      }
    });

    for (const side of ['site', 'tenant'] as const) {
      if (!needs.includes(side)) continue;
      it(`exits 4 where the ${side} is away or refuses us, and passes its cure on`, async () => {
        for (const end of [
          `${side}-un${side === 'site' ? 'reach' : 'avail'}able`,
          REFUSALS[side],
        ]) {
          const away = () => Promise.reject(new RunError(end as RunErrorCode, 'Do this and that.'));
          const around = { ...well(), openSite: away, openTenant: away, openUsers: away };
          judge(await run(right, around), EXIT.unreachable, /Do this and that\./);
        }
      });
    }

    if (needs.includes('temporal')) {
      it('exits 4 where Temporal is away, does not let us in or lacks the namespace, and says the cure', async () => {
        for (const [problem, said] of [
          [
            grpc(14, 'no connection'),
            /Temporal at temporal:7233 does not answer.*TEMPORAL_ADDRESS/,
          ],
          [grpc(7, 'no'), /"legal" \(PERMISSION_DENIED\)\. Correct TEMPORAL_API_KEY/],
          [
            () => new NamespaceNotFoundError('legal'),
            /no namespace "legal"\. .*temporal operator namespace create --namespace legal/,
          ],
        ] as const) {
          const around = {
            ...well(),
            connectTemporal: () => Promise.resolve(temporalThat(problem)),
          };
          judge(await run(right, around), EXIT.unreachable, said);
        }
      });
    }

    if (needs.includes('staging')) {
      it('exits 4 where Azure Storage is away, refuses us or lacks a container, and says the cure', async () => {
        for (const [status, problem, said] of [
          [undefined, 'ECONNREFUSED', /does not answer for "\w+" \(ECONNREFUSED\)\. Look at/],
          [
            403,
            'AuthorizationPermissionMismatch',
            /refuses access to "\w+".*Give whoever runs this/,
          ],
          [404, 'ContainerNotFound', /container "\w+" does not exist\..*schedule apply/],
        ] as const) {
          const staging = stagingThat(status, problem);
          const around = {
            ...well(),
            openStaging: () => Promise.resolve(staging),
            openProof: () => Promise.resolve({ staging } as never),
          };
          judge(await run(right, around), EXIT.unreachable, said);
        }
      });
    }
  });
}
