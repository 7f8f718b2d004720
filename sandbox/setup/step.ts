/** Says what a long step does, shows that it is alive, and says how long it took. */
export async function step<T>(text: string, work: () => Promise<T>): Promise<T> {
  const startedAt = Date.now();
  const isTerminal = process.stderr.isTTY;
  say(text);
  const timer = setInterval(
    () => {
      const line = `  … ${elapsed(startedAt)}`;
      process.stderr.write(isTerminal ? `\r${line}` : `${line}\n`);
    },
    isTerminal ? 1_000 : 30_000,
  );
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (isTerminal) process.stderr.write('\r\u001b[K');
    say(`  took ${elapsed(startedAt)}`);
  }
}

/** Set-up speaks on standard error, so that what a program prints stays clean. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function elapsed(sinceMs: number): string {
  const seconds = Math.round((Date.now() - sinceMs) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
