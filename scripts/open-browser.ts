import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, LaunchOptions } from 'playwright-core';

/** Grey edges of letters make small files; the frame is painted with its page and not after it. */
const LOOK = ['--disable-lcd-text', '--disable-features=IsolateSandboxedIframes'];
const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** Playwright's own cache, and the places where Chrome lies on macOS. */
const CHANNELS = ['chromium', 'chrome'];
const INSTALL_TIMEOUT_MS = 10 * 60_000;

const NO_BROWSER = `A Chromium is needed, was not found, and could not be installed. Any one of these cures it:
  Debian, Ubuntu   sudo apt-get install chromium
  macOS            brew install --cask chromium
  anywhere         npx playwright-core install --with-deps chromium
or name a Chrome or Chromium that you have: CHROMIUM=/path/to/chrome npm run …`;

/**
 * A Chromium for our pages and Temporal's: the one that CHROMIUM names, one on PATH, Playwright's own;
 * where none is there, Playwright's installer brings one into its cache.
 * @throws with the cures where there is none and none can be had, and where CHROMIUM does not start
 */
export async function openBrowser(): Promise<Browser> {
  const named = process.env['CHROMIUM'];
  if (named !== undefined && named !== '') {
    const browser = await firstThatStarts([{ executablePath: named }]);
    if (browser !== null) return browser;
    throw new Error(`CHROMIUM names ${named}, which does not start as a Chromium.`);
  }
  const present = await firstThatStarts([
    ...onPath(process.env['PATH'] ?? '').map((executablePath) => ({ executablePath })),
    ...CHANNELS.map((channel) => ({ channel })),
  ]);
  if (present !== null) return present;
  await install();
  const installed = await firstThatStarts([{ channel: 'chromium' }]);
  if (installed === null) throw new Error(NO_BROWSER);
  return installed;
}

function onPath(path: string): string[] {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  return PROGRAMS.flatMap((name) => folders.map((folder) => join(folder, name))).filter(canRun);
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function firstThatStarts(ways: readonly LaunchOptions[]): Promise<Browser | null> {
  for (const way of ways) {
    const browser = await launch(way).catch(() => null);
    if (browser !== null) return browser;
  }
  return null;
}

function launch(way: LaunchOptions): Promise<Browser> {
  // As root, which containers often are, Chromium starts without its sandbox only.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ ...way, args: [...asRoot, ...LOOK] });
}

async function install(): Promise<void> {
  process.stderr.write(
    "No Chromium was found. Playwright's installer downloads one into its cache (300 MB, a minute or two; once per user) …\n",
  );
  const cli = fileURLToPath(new URL('cli.js', import.meta.resolve('playwright-core/package.json')));
  const installer = spawn(process.execPath, [cli, 'install', 'chromium'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: INSTALL_TIMEOUT_MS,
  });
  const [code] = (await once(installer, 'exit')) as [number | null];
  if (code !== 0) throw new Error(NO_BROWSER);
}
