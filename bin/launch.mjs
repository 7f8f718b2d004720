#!/usr/bin/env node
/**
 * node bin/launch.mjs <script> [arguments]   installs what is missing and runs the script
 * node bin/launch.mjs --build                compiles src/ to dist/
 */
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { prepare, ROOT, run } from './start.mjs';

const [script, ...scriptArguments] = process.argv.slice(2);

if (script === undefined) {
  process.stderr.write('usage: node bin/launch.mjs <script> [arguments] | --build\n');
  process.exit(2);
}

const node = await prepare();
if (script === '--build') {
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
  const project = join(ROOT, 'tsconfig.build.json');
  run(node, join(ROOT, 'node_modules/typescript/bin/tsc'), ['-p', project, ...scriptArguments]);
} else {
  run(node, resolve(ROOT, script), scriptArguments);
}
