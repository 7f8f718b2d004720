import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { renderHtml } from '../src/domain/report-html.ts';
import { shownReport } from '../test/support/shown-report.ts';
import { openBrowser } from './open-browser.ts';
import { withPalette } from './small-png.ts';

/**
 * `npm run picture-report [-- FOLDER]`: takes the picture of a report for docs/report.md. With a folder
 * it puts the page there, and its pictures on a desktop, in the dark, on a phone and on paper: look at
 * them when the page has changed.
 */
const PICTURE = fileURLToPath(new URL('../docs/pictures/report.png', import.meta.url));

interface View {
  readonly name: string;
  readonly widthPx: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly media?: 'screen' | 'print';
}

const VIEWS: readonly View[] = [
  { name: 'desktop', widthPx: 1200 },
  { name: 'dark', widthPx: 1200, colorScheme: 'dark' },
  { name: 'phone', widthPx: 390 },
  { name: 'phone-dark', widthPx: 390, colorScheme: 'dark' },
  { name: 'print', widthPx: 680, colorScheme: 'dark', media: 'print' },
];

async function main(folder: string | undefined): Promise<void> {
  const page = renderHtml(shownReport());
  const browser = await openBrowser();
  try {
    if (folder === undefined) {
      await take(browser, page, { name: 'report', widthPx: 1100 }, PICTURE);
      return;
    }
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'report.html'), page);
    for (const view of VIEWS) await take(browser, page, view, join(folder, `${view.name}.png`));
  } finally {
    await browser.close();
  }
}

async function take(browser: Browser, html: string, view: View, path: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: view.widthPx, height: 900 } });
  await page.emulateMedia({
    colorScheme: view.colorScheme ?? 'light',
    media: view.media ?? 'screen',
  });
  await page.setContent(html);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, withPalette(await page.screenshot({ type: 'png', fullPage: true })));
  const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  process.stdout.write(`${resolve(path)}${wide === true ? ': WIDER THAN ITS WINDOW' : ''}\n`);
  await page.close();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await main(process.argv[2]);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
