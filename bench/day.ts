import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { BENCH_DAY, benchUsers, generateDay, type BenchDay } from './generate-day.ts';
import { runRound, type Round } from './round.ts';
import { endWith, setStage, type Contender } from './stage.ts';
import { render, summarise } from './summary.ts';

export const DAY_USAGE = `npm run bench -- day [flags]

Archives a generated day again and again, in turn by the product and by the floor: the same workflow
tree with empty activities (bench/floor). Prints what each takes per item, and their ratios.

  --items N       items of the day (1000)
  --mailboxes N   mailboxes they go to (20)
  --contacts N    people outside that each mailbox writes with (10)
  --rounds N      rounds of each, after a warm-up (3)
  --only WHICH    floor or product
  --profile DIR   CPU profiles of the workers, written when they end
  --json          one JSON document instead of the table
`;

interface Wish {
  readonly day: BenchDay;
  readonly rounds: number;
  readonly contenders: readonly Contender[];
  readonly profileFolder: string | null;
  readonly isJson: boolean;
}

/** Gives what is to be printed; null when the flags make no sense. */
export async function benchDay(
  flags: readonly string[],
  say: (text: string) => void,
): Promise<string | null> {
  const wish = readWish(flags);
  if (wish === null) return null;
  const summary = summarise(await rounds(wish, say), wish.day.mailboxes);
  return wish.isJson ? `${JSON.stringify(summary, null, 2)}\n` : render(summary);
}

function readWish(flags: readonly string[]): Wish | null {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      items: { type: 'string', default: '1000' },
      mailboxes: { type: 'string', default: '20' },
      contacts: { type: 'string', default: '10' },
      rounds: { type: 'string', default: '3' },
      only: { type: 'string' },
      profile: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [items, mailboxes, contacts, rounds] = [
    values.items,
    values.mailboxes,
    values.contacts,
    values.rounds,
  ].map(Number) as [number, number, number, number];
  const areWhole = [items, mailboxes, contacts, rounds].every((n) => Number.isInteger(n) && n > 0);
  const contenders = (['floor', 'product'] as const).filter((one) => one === (values.only ?? one));
  if (!areWhole || contenders.length === 0) return null;
  return {
    day: { items, mailboxes, contacts },
    rounds,
    contenders,
    profileFolder: values.profile === undefined ? null : resolve(values.profile),
    isJson: values.json,
  };
}

async function rounds(
  { day, rounds, contenders, profileFolder }: Wish,
  say: (text: string) => void,
): Promise<Round[]> {
  const site = mkdtempSync(join(tmpdir(), 'o2-bench-site-'));
  try {
    await generateDay(site, day);
    const ids = Array.from({ length: rounds + 1 }, (_, number) => `bench-${String(number)}`);
    say(`Starts Temporal, the stubs and ${contenders.join(' and ')}.`);
    const stage = await setStage({
      users: benchUsers(day),
      connectors: ids.map((id) => ({ id, site })),
      startDay: BENCH_DAY,
      contenders,
      profileFolder,
    });
    endWith(stage);
    try {
      const connection = await Connection.connect({ address: stage.temporal.address });
      const client = new Client({ connection, namespace: stage.temporal.namespace });
      const done: Round[] = [];
      for (const [number, connector] of ids.entries()) {
        // Each begins every other round: a machine that grows busier or quieter favours neither.
        for (const contender of number % 2 === 0 ? contenders : contenders.toReversed()) {
          const round = await runRound(stage, client, { contender, connector, items: day.items });
          say(
            `${number === 0 ? 'Warm-up' : `Round ${String(number)}`}, ${contender}: ${(day.items / round.wallSeconds).toFixed(1)} items/s, ${(((round.workerSeconds + round.temporalSeconds) * 1_000) / day.items).toFixed(2)} ms of CPU an item.`,
          );
          if (number > 0) done.push(round);
        }
      }
      await connection.close();
      return done;
    } finally {
      await stage.close();
    }
  } finally {
    rmSync(site, { recursive: true, force: true });
  }
}
