import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';

/** A program on a terminal of its own, and who sits at it. */
export interface PseudoTerminal {
  /** Waits until it shows the words, after those that were waited for before. */
  shows(words: string | RegExp): Promise<void>;
  /** Keys, as a terminal sends them: `\r` is Enter. */
  type(keys: string): void;
  /** Everything shown so far, without colours and moves of the cursor. */
  screen(): string;
  exitCode(): Promise<number>;
  kill(): void;
}

export const KEYS = {
  enter: '\r',
  down: '\u001b[B',
  clear: '\u0015',
  interrupt: '\u0003',
} as const;

/** Wide, so that no sentence is broken. */
const SIZE = 'stty cols 300 rows 60';
const WITHIN_MS = 60_000;

/**
 * Runs node on a pseudo-terminal. `script` makes it: part of macOS and of nearly every Linux, so that
 * no package with native code is needed.
 */
export function onTerminal(args: readonly string[], env: NodeJS.ProcessEnv): PseudoTerminal {
  const line = [process.execPath, ...args].map(quoted).join(' ');
  const command = `${SIZE}; exec ${line}`;
  const child = spawn(
    'script',
    process.platform === 'darwin'
      ? ['-q', '/dev/null', 'sh', '-c', command]
      : ['-qec', command, '/dev/null'],
    { env, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  let shown = '';
  let seen = 0;
  const changes = new EventTarget();
  const changed = () => changes.dispatchEvent(new Event('change'));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += stripVTControlCharacters(text);
    changed();
  });
  const ended = once(child, 'close').then(([code]) => Number(code));
  void ended.then(changed);
  // What is typed after its end goes nowhere.
  child.stdin.on('error', () => undefined);

  const found = (words: string | RegExp): boolean => {
    const rest = shown.slice(seen);
    const at = typeof words === 'string' ? rest.indexOf(words) : rest.search(words);
    if (at === -1) return false;
    seen += at + 1;
    return true;
  };
  return {
    async shows(words) {
      const late = AbortSignal.timeout(WITHIN_MS);
      while (!found(words)) {
        if (late.aborted || child.exitCode !== null) {
          throw new Error(`it does not show ${String(words)}:\n${shown.slice(-4_000)}`);
        }
        await Promise.race([once(changes, 'change'), once(late, 'abort')]);
      }
    },
    type: (keys) => void child.stdin.write(keys),
    screen: () => shown,
    exitCode: () => ended,
    kill: () => void child.kill(),
  };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
