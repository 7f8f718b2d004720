import type { ReadConfig } from './candidate.ts';
import type { Prompts } from './prompts.ts';

/** What `setup` needs of the world beside what every command may use. */
export interface Guide {
  /** Path of the configuration file, whether it is there or not. */
  readonly file: string;
  /** Null where nobody can be asked. */
  readonly prompts: Prompts | null;
  readonly readConfig: ReadConfig;
  /** `SHA256:…` that a server shows. @throws {RunError} `site-unreachable` */
  readonly hostKey: (host: string, port: number) => Promise<string>;
}
