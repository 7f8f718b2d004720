import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { UsageError } from '../exit.ts';
import type { Answers } from './answers.ts';
import type { Candidate } from './candidate.ts';
import { candidateText } from './candidate.ts';
import { writeWhole } from './draft.ts';

const SECRETS = 'secrets';

export interface Written {
  /** Paths, in the order in which they were written. */
  readonly files: readonly string[];
  readonly notes: readonly string[];
}

/** The text of a file; empty when there is none. */
export function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/**
 * Writes the typed secrets, each into a file that only its owner reads, then the configuration that
 * names them.
 *
 * @throws {UsageError} when the configuration is another than the one that the answers began with
 */
export function writeFiles(file: string, candidate: Candidate, answers: Answers): Written {
  if (textOf(file) !== candidate.text) {
    throw new UsageError(`${file} was changed meanwhile. Run the same command again.`);
  }
  const folder = dirname(file);
  const place = (key: string) => join(SECRETS, `${candidate.id}-${key}`);
  const files: string[] = [];
  const typed = Object.entries(answers.typed).filter(([key]) => answers.values[key] === 'typed');
  const notes = typed.length === 0 ? [] : openSecrets(join(folder, SECRETS));
  for (const [key, secret] of typed) {
    const path = join(folder, place(key));
    // A link that stands there is replaced, never followed.
    writeWhole(path, secret.reveal(), 0o600);
    files.push(path);
  }
  const text = candidateText(candidate, answers, (key) => `file:${place(key)}`);
  const mode = existsSync(file) ? statSync(file).mode & 0o777 : 0o600;
  mkdirSync(folder, { recursive: true });
  writeWhole(file, text, mode);
  files.push(file);
  return { files, notes };
}

/** The folder of the secrets; what a folder that was there before lets others do is said. */
function openSecrets(folder: string): string[] {
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    return [];
  }
  const isOpen = (statSync(folder).mode & 0o077) !== 0;
  return isOpen ? [`Others may look into ${folder}. Close it: chmod 700 ${folder}`] : [];
}

/** A page for somebody else, beside the configuration. */
export function writeSheet(file: string, name: string, text: string): string {
  const folder = join(dirname(file), 'hand-over');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.md`);
  writeFileSync(path, text);
  return path;
}
