import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Guard } from './guards.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The source of a guard's file without it. @throws when what is to be changed does not stand there once */
export function sourceWithout({ name, file, find, replace }: Guard): string {
  const parts = readFileSync(join(ROOT, 'src', file), 'utf8').split(find);
  if (parts.length === 2) return parts.join(replace);
  throw new Error(
    `The guard ${name} stands ${String(parts.length - 1)} times in src/${file} and not once. Name its line anew in test/faults/guards.ts.`,
  );
}

/** A copy of `src/` without the guard: workers are started from there. */
export function copyWithout(guard: Guard): { readonly workerFile: string; remove(): void } {
  const changed = sourceWithout(guard);
  const folder = mkdtempSync(join(tmpdir(), 'o2-without-'));
  cpSync(join(ROOT, 'src'), join(folder, 'src'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'src', guard.file), changed);
  return {
    workerFile: join(folder, 'src', 'worker.ts'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
