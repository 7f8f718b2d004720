import { Command } from 'commander';

import { configJsonSchema } from '../config/json-schema.ts';
import type { Setup } from './command.ts';
import { EXIT } from './exit.ts';

/** Prints what `schema/o2-archiver.schema.json` holds; editors complete the configuration with it. */
export function schemaCommand({ terminal, exit }: Setup): Command {
  return new Command('schema')
    .description('print the JSON Schema of the configuration file')
    .action(() => {
      terminal.out(JSON.stringify(configJsonSchema(), null, 2));
      exit(EXIT.done);
    });
}
