import { fileURLToPath } from 'node:url';
import { startProgram } from './part.ts';
import type { Part } from './part.ts';
import { runCommand } from './setup/run-command.ts';

const CLIENT = fileURLToPath(new URL('../src/client.ts', import.meta.url));
const NODE_ARGUMENTS = ['--disable-warning=ExperimentalWarning', CLIENT];
const ASK_TIMEOUT_MS = 120_000;

/** The operators' CLI as the sandbox uses it: the same commands that a person types. */
export interface Cli {
  /** Shows the command and its output on our terminal; gives its exit code. */
  show(...words: string[]): Promise<number>;
  /** Runs it with `--json` and gives the document. */
  ask(...words: string[]): Promise<Readonly<Record<string, unknown>>>;
  /** Ends a command that is running. */
  stop(): Promise<void>;
}

export function openCli(environment: NodeJS.ProcessEnv, say: (text: string) => void): Cli {
  let running: Part | null = null;
  return {
    async show(...words) {
      say(`\n$ o2-archiver ${words.join(' ')}`);
      running = startProgram({
        name: `o2-archiver ${words.join(' ')}`,
        command: process.execPath,
        arguments: [...NODE_ARGUMENTS, ...words],
        environment,
        logFile: null,
        signal: 'SIGINT',
        graceMs: 5_000,
      });
      const { code } = await running.ended;
      running = null;
      return code ?? 1;
    },
    async ask(...words) {
      const command = [...NODE_ARGUMENTS, ...words, '--json'];
      const { code, output } = await runCommand(process.execPath, command, {
        environment,
        timeoutMs: ASK_TIMEOUT_MS,
      });
      const start = output.indexOf('{');
      if (start < 0) {
        throw new Error(`o2-archiver ${words.join(' ')} ended with ${String(code)}: ${output}`);
      }
      return JSON.parse(output.slice(start)) as Readonly<Record<string, unknown>>;
    },
    async stop() {
      await running?.stop();
    },
  };
}
