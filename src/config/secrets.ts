import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import type { ConfigProblem } from './config-error.ts';
import type { Environment } from './environment.ts';
import { Secret } from './secret.ts';

/** Where secrets come from: variables of the environment, and files beside the configuration. */
export interface SecretSource {
  readonly env: Environment;
  /** Folder of the configuration file: relative paths in it start here. */
  readonly folder: string;
}

export type SecretReading =
  | { readonly secret: Secret; readonly problem: null }
  | { readonly secret: null; readonly problem: Pick<ConfigProblem, 'message' | 'example'> };

export function secretFromEnv(name: string, { env }: SecretSource): SecretReading {
  const value = env[name];
  if (value !== undefined && value !== '') return { secret: new Secret(value), problem: null };
  return {
    secret: null,
    problem: {
      message: `the environment variable ${name} is not set`,
      example: `export ${name}=…   (in the shell or the service file)`,
    },
  };
}

/** The file's text without its last line break, which editors and `echo` add. */
export function secretFromFile(path: string, { folder }: SecretSource): SecretReading {
  const file = resolve(folder, path);
  const read = readText(file);
  if ('fault' in read) {
    const message = `the file ${file} cannot be read (${read.fault}): it has to be there, readable by the user who runs this`;
    return { secret: null, problem: { message, example: null } };
  }
  const value = read.text.replace(/\r?\n$/, '');
  if (value !== '') return { secret: new Secret(value), problem: null };
  return { secret: null, problem: { message: `the file ${file} is empty`, example: null } };
}

function readText(file: string): { text: string } | { fault: string } {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    return { fault: (error as NodeJS.ErrnoException).code ?? 'unknown fault' };
  }
}
