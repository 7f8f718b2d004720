import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The parts of `sandbox.json` that tests use. */
export interface SandboxDescription {
  readonly pid: number;
  readonly processes: readonly number[];
  readonly day: string;
  readonly connector: { readonly id: string };
  readonly temporal: {
    readonly address: string;
    readonly namespace: string;
    readonly webUi: string;
  };
  /** `packages` is the folder that the site serves. */
  readonly site: { readonly packages: string };
}

/** `npm run sandbox` as a process of its own, with its state in a folder of its own. */
export interface SandboxProcess {
  output(): string;
  /** Waits until it has printed them; fails when it ends before. */
  until(words: string): Promise<void>;
  exitCode(): Promise<unknown>;
  description(): SandboxDescription;
  /** What a person types in a second terminal, `o2-archiver status` for example. */
  command(
    line: string,
  ): Promise<{ readonly code: number; readonly out: string; readonly err: string }>;
  /** As Ctrl-C does. */
  stop(): Promise<void>;
}

export function startSandbox(state: string, ...flags: string[]): SandboxProcess {
  const child = spawn(
    process.execPath,
    ['bin/launch.mjs', 'sandbox/main.ts', '--state', state, ...flags],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const exitCode = async (): Promise<unknown> => {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.exitCode;
  };
  return {
    output: () => output,
    exitCode,
    async until(words) {
      while (!output.includes(words)) {
        if (child.exitCode !== null || child.signalCode !== null) {
          assert.fail(`It ended with ${String(child.exitCode ?? child.signalCode)}:\n${output}`);
        }
        await sleep(100);
      }
    },
    description: () =>
      JSON.parse(readFileSync(join(state, 'sandbox.json'), 'utf8')) as SandboxDescription,
    async command(line) {
      const shell = spawn('sh', ['-c', `. '${join(state, 'env')}'; ${line}`], {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let out = '';
      let err = '';
      shell.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
      shell.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
      const [code] = (await once(shell, 'close')) as [number];
      return { code, out, err };
    },
    async stop() {
      child.kill('SIGINT');
      await exitCode();
    },
  };
}
