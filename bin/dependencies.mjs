/** What a start needs before any TypeScript can run: the packages of the lockfile and a new Node. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lock } from './lock.mjs';

/** Node runs our TypeScript unaided from here on. */
export function runsTypeScript(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  return major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
}

/** The launcher itself needs this much. */
export function runsLauncher(version) {
  return Number(version.replace(/^v/, '').split('.')[0]) >= 20;
}

/** The Node to run with: this one when it is new enough, else the one from the lockfile. */
export function findNode(root) {
  if (runsTypeScript(process.version) && existsSync(process.execPath)) return process.execPath;
  const packaged = join(root, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
  return existsSync(packaged) ? packaged : null;
}

/**
 * Whether node_modules holds what the lockfile says, by npm's own record of what it installed
 * (written last, so an install that was cut off does not count).
 */
export function isInstalled(root, { withDevelopment = true } = {}) {
  const wanted = readPackages(join(root, 'package-lock.json'));
  if (wanted === null) return existsSync(join(root, 'node_modules'));
  const present = readPackages(join(root, 'node_modules/.package-lock.json'));
  if (present === null) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || entry.link === true) return true;
    if (entry.dev === true && !withDevelopment) return true;
    const found = present[path];
    // Of optional packages npm leaves out those for other platforms.
    if (found === undefined) return entry.optional === true || entry.devOptional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages ?? null;
  } catch {
    return null;
  }
}

/** Runs `npm ci` unless it is done; two starts at once wait for one another. */
export async function ensureInstalled(root, choice) {
  if (isInstalled(root, choice)) return;
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const release = await lock(join(tmpdir(), `o2-archiver-install-${name}.lock`), (pid) =>
    say(`Another start (process ${pid}) is installing the dependencies; waiting for it.`),
  );
  try {
    if (!isInstalled(root, choice)) await npmCi(root);
  } finally {
    release();
  }
}

async function npmCi(root) {
  say('Installing the dependencies with npm ci: half a minute to three minutes the first time.');
  const startedAt = Date.now();
  const arguments_ = ['ci', '--no-audit', '--no-fund', '--include=dev', '--include=optional'];
  const cli = process.env.npm_execpath;
  const [command, first] = cli?.endsWith('npm-cli.js') ? [process.execPath, [cli]] : ['npm', []];
  const child = spawn(command, [...first, ...arguments_, '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const timer = setInterval(() => say(`  … ${secondsSince(startedAt)} s`), 30_000);
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', resolve);
  });
  clearInterval(timer);
  if (code !== 0) {
    throw new Error(
      code === 127
        ? 'npm was not found. Install Node.js with npm, then start again.'
        : 'npm ci failed (its own words stand above). Check the connection to the npm registry, then start again.',
    );
  }
  say(`Dependencies installed in ${secondsSince(startedAt)} s.`);
}

function secondsSince(startedAt) {
  return Math.round((Date.now() - startedAt) / 1000);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
