#!/usr/bin/env node
/** The operators' CLI: from its source in a clone, from dist/ where only the build is installed. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { prepare, ROOT, run } from './start.mjs';

const source = join(ROOT, 'src/client.ts');
const script = existsSync(source) ? source : join(ROOT, 'dist/client.js');
run(await prepare({ withDevelopment: false }), script, process.argv.slice(2));
