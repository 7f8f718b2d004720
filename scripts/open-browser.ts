import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

/** Grey edges of letters make small files; the frame is painted with its page and not after it. */
const LOOK = ['--disable-lcd-text', '--disable-features=IsolateSandboxedIframes'];

const NO_BROWSER = `No Chromium was found. Install one and run this again:
  Debian, Ubuntu   sudo apt-get install chromium
  macOS            brew install --cask chromium
  anywhere         npx playwright-core install chromium
or name a Chrome or Chromium that you have: CHROMIUM=/path/to/chrome npm run …`;

/** A Chromium that is there, for pictures of our pages. @throws where there is none, with the cure. */
export async function openBrowser(): Promise<Browser> {
  const ways = [
    { executablePath: process.env['CHROMIUM'] },
    { executablePath: '/usr/bin/chromium' },
    { channel: 'chromium' },
    { channel: 'chrome' },
  ];
  for (const way of ways) {
    if ('executablePath' in way && way.executablePath === undefined) continue;
    // As root, which containers often are, Chromium starts without its sandbox only.
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const args = [...asRoot, ...LOOK];
    const browser = await chromium.launch({ ...(way as object), args }).catch(() => null);
    if (browser !== null) return browser;
  }
  throw new Error(NO_BROWSER);
}
