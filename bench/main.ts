import { benchCompose, COMPOSE_USAGE } from './compose.ts';
import { benchDay, DAY_USAGE } from './day.ts';
import { benchDirectory, DIRECTORY_USAGE } from './directory.ts';
import { benchLarge, LARGE_USAGE } from './large.ts';

/** Each gives what is to be printed; null when its flags make no sense. */
const BENCHES: Readonly<
  Record<string, (flags: readonly string[], say: (text: string) => void) => Promise<string | null>>
> = { day: benchDay, directory: benchDirectory, large: benchLarge, compose: benchCompose };

const USAGE = `${[DAY_USAGE, DIRECTORY_USAGE, LARGE_USAGE, COMPOSE_USAGE].join('\n')}
Ends with 1 when it could not run, never by what it measured.
`;

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function main([name = '', ...flags]: readonly string[]): Promise<void> {
  const output = (await BENCHES[name]?.(flags, say)) ?? null;
  if (output !== null) process.stdout.write(output);
  else {
    say(USAGE);
    process.exitCode = 2;
  }
}

await main(process.argv.slice(2));
