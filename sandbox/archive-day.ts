import type { Cli } from './cli.ts';
import type { Inputs } from './inputs.ts';

/** `run --wait` ends so when items are held: part of a balanced day. */
const ITEMS_NOT_ARCHIVED = 3;

/**
 * Does what an operator does on the first day, by the operators' own commands: register the
 * schedule, check, activate the mapping, archive the day, read its books.
 * @returns whether the books balance
 * @throws when a step fails that the next ones need
 */
export async function archiveDay(cli: Cli, inputs: Inputs): Promise<boolean> {
  await must(cli, ['schedule', 'apply']);
  await must(cli, ['check']);
  if (inputs.mappingFile !== null) await must(cli, ['mapping', 'activate', inputs.mappingFile]);
  const code = await cli.show('run', '--day', inputs.day, '--wait');
  if (code !== 0 && code !== ITEMS_NOT_ARCHIVED) {
    throw new Error(`The day ${inputs.day} could not be run; the reason stands above.`);
  }
  await must(cli, ['report', '--day', inputs.day]);
  const report = await cli.ask('report', '--day', inputs.day);
  return report['balances'] === true;
}

async function must(cli: Cli, words: readonly string[]): Promise<void> {
  const code = await cli.show(...words);
  if (code !== 0) {
    throw new Error(`o2-archiver ${words.join(' ')} ended with ${code}; the reason stands above.`);
  }
}
