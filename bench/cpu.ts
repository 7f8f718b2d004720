import { readFileSync } from 'node:fs';
import { runCommand } from '../sandbox/setup/run-command.ts';

/** Of user and system time in /proc, on every Linux that Node supports (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** CPU seconds that a process has used in all its threads since its start. */
export async function cpuSeconds(pid: number): Promise<number> {
  return process.platform === 'linux' ? linuxSeconds(pid) : psSeconds(pid);
}

/** @see proc(5): utime and stime are the 14th and 15th field, counted from before the name. */
function linuxSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function psSeconds(pid: number): Promise<number> {
  const command = ['-o', 'cputime=', '-p', String(pid)];
  const { output } = await runCommand('ps', command, { timeoutMs: 10_000 });
  return secondsOf(output.trim());
}

/** `1-02:03:04`, `02:03:04` or `3:04.56`. */
export function secondsOf(cputime: string): number {
  const [days, clock] = cputime.includes('-') ? cputime.split('-') : ['0', cputime];
  const seconds = (clock ?? '').split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(days) * 86_400 + seconds;
}
