import { UnreachableError } from '../../../src/cli/exit.ts';
import type { Screen } from '../../../src/cli/output.ts';
import { runProgram } from '../../../src/cli/program.ts';
import type { Builders } from '../../../src/cli/session.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { configFolder, ENV, MINIMAL } from '../config/fixture.ts';

export interface Typed {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

export interface Around extends Partial<Builders> {
  readonly yaml?: string;
  readonly screen?: Screen | null;
}

const unreachable = () => Promise.reject(new UnreachableError('it does not answer.'));

/** Runs a command line; nothing behind it answers but what is given. */
export async function typed(
  argv: readonly string[],
  { yaml = MINIMAL, screen = null, ...given }: Around = {},
): Promise<Typed> {
  const path = configFolder(yaml);
  const [out, err, codes]: [string[], string[], number[]] = [[], [], []];
  const builders: Builders = {
    loadConfig: () => loadConfig({ path, env: ENV }),
    connectTemporal: unreachable,
    openStaging: unreachable,
    openSite: unreachable,
    openTenant: unreachable,
    openUsers: unreachable,
    openItems: unreachable,
    openProof: unreachable,
    openGuide: unreachable,
    openLink: () => Promise.resolve(false),
    webUi: 'http://ui',
    operator: 'ann@host',
    now: () => Date.parse('2026-12-24T09:00:00Z'),
    ...given,
  };
  const terminal = {
    out: (text: string) => out.push(text),
    err: (text: string) => err.push(text),
    isInteractive: false,
    screen,
  };
  await runProgram({ builders, terminal, exit: (code) => codes.push(code) }, argv);
  return { code: codes.at(-1), out: out.join('\n'), err: err.join('\n') };
}
