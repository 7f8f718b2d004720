import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { watchParent } from '../src/parent-watch.ts';

/**
 * `node leash.ts [--signal NAME] [--grace-ms N] [--marker FILE] -- COMMAND [ARGUMENTS]`
 *
 * Runs a program that is not ours and ends it properly when the one who started it ends, however
 * hard: by its signal first, after the grace with everything that belongs to it. The marker file
 * stands while the program runs and goes away when it ended in order.
 */
const { values, positionals } = parseArgs({
  options: {
    signal: { type: 'string', default: 'SIGTERM' },
    'grace-ms': { type: 'string', default: '15000' },
    marker: { type: 'string' },
  },
  allowPositionals: true,
});
const [command, ...commandArguments] = positionals;
if (command === undefined) throw new Error('usage: leash.ts [options] -- COMMAND [ARGUMENTS]');

if (values.marker !== undefined) writeFileSync(values.marker, String(process.pid));
const child = spawn(command, commandArguments, { stdio: 'inherit', detached: true });
let isEnding = false;

watchParent(end);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);

child.once('error', (error) => {
  process.stderr.write(`${command} could not be started: ${error.message}\n`);
  process.exit(127);
});
child.once('spawn', () => process.send?.({ pid: child.pid }));
child.once('exit', (code, signal) => {
  killGroup();
  const endedInOrder = code === 0 || (isEnding && signal !== 'SIGKILL');
  if (endedInOrder && values.marker !== undefined) rmSync(values.marker, { force: true });
  process.exit(isEnding ? 0 : (code ?? 1));
});

function end(): void {
  if (isEnding) return;
  isEnding = true;
  child.kill(values.signal as NodeJS.Signals);
  setTimeout(killGroup, Number(values['grace-ms']));
}

function killGroup(): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}
