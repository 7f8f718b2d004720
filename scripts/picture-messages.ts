import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { composeMessage } from '../src/message/compose.ts';
import { GOLDEN_CASES } from '../test/unit/message/golden-cases.ts';
import type { GoldenCase } from '../test/unit/message/golden-cases.ts';
import { OPTIONS } from '../test/unit/message/items.ts';
import { anAttempt, anInput, keyOf, mailboxRoom } from '../test/support/mailbox-room.ts';
import type { Room } from '../test/support/mailbox-room.ts';
import { openBrowser } from './open-browser.ts';
import { withPalette } from './small-png.ts';
import { ALICE } from '../test/support/test-tenant.ts';

/**
 * `npm run picture-messages [-- NAME …]`: takes a picture of each golden message, or of those named, as
 * the sandbox's mailbox page shows it, into `docs/pictures/messages/`. Each message goes the product's
 * own way into a mailbox of the tenant's stand-in. `taken-of.json` there keeps the digest of the golden
 * file that each picture was taken of, so that test/unit/docs/messages.test.ts knows a stale one.
 *
 * When: a golden file is new or has changed. Look at the pictures before you commit them.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PICTURES = join(ROOT, 'docs/pictures/messages');
const GOLDEN = join(ROOT, 'test/unit/message/golden');
const LEDGER = join(PICTURES, 'taken-of.json');
/** As wide as a reading pane, so that what does not fit shows. */
const WIDTH_PX = 640;

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => GOLDEN_CASES.every((each) => each.name !== name));
  if (unknown.length > 0) throw new Error(`No golden message is named ${unknown.join(', ')}.`);
  const wanted = GOLDEN_CASES.filter(({ name }) => names.length === 0 || names.includes(name));
  const closing: (() => unknown)[] = [];
  const browser = await openBrowser();
  try {
    const context = { after: (close: () => unknown) => void closing.push(close) };
    const room = await mailboxRoom(context, { pagePort: 0 });
    const page = await browser.newPage({ viewport: { width: WIDTH_PX, height: 900 } });
    mkdirSync(PICTURES, { recursive: true });
    const taken = names.length === 0 ? cleared() : readLedger();
    for (const [index, each] of wanted.entries()) {
      const picture = await pictureOf(page, room, each, keyOf(index));
      writeFileSync(join(PICTURES, `${each.name}.png`), picture);
      taken[each.name] = goldenDigest(each.name);
      process.stdout.write(`${each.name}: ${String(Math.ceil(picture.length / 1024))} KB\n`);
    }
    const sorted = Object.entries(taken).sort(([a], [b]) => (a < b ? -1 : 1));
    writeFileSync(LEDGER, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
  } finally {
    await browser.close();
    for (const close of closing.reverse()) await close();
  }
}

async function pictureOf(
  page: Page,
  room: Room,
  { item, files, options }: GoldenCase,
  itemKey: string,
): Promise<Buffer> {
  const compose = (omit: readonly number[] = []) =>
    composeMessage(item, { ...OPTIONS, ...options, itemKey, omit });
  const input = anInput(compose(), {
    recompose: compose,
    openAttachment: async (position) => files[position]?.bytes ?? Buffer.alloc(0),
  });
  const end = await room.mailboxes.importCopy(input, anAttempt());
  if (end.end !== 'done') throw new Error(`The message was not imported: ${end.end}`);
  const path = `/mailboxes/${ALICE.id}/messages/${encodeURIComponent(end.messageId)}`;
  await page.setViewportSize({ width: WIDTH_PX, height: 900 });
  await page.goto(new URL(path, room.tenant.pageUrl ?? '').href);
  await fitFrame(page);
  // What lies outside the window may not be painted.
  const heightPx = Number(await page.evaluate('document.documentElement.scrollHeight'));
  await page.setViewportSize({ width: WIDTH_PX, height: heightPx });
  await painted(page);
  return withPalette(
    await page.locator('#shown').screenshot({ type: 'png', animations: 'disabled' }),
  );
}

/** Gives the body's frame the height of what is in it, and marks what the picture shows. */
async function fitFrame(page: Page): Promise<void> {
  const frame = page.frames().find((one) => one !== page.mainFrame());
  const heightPx = await frame?.evaluate('document.documentElement.offsetHeight');
  await page.evaluate(`(() => {
    const frame = document.querySelector('iframe');
    if (frame !== null) frame.style.height = '${String(Number(heightPx ?? 0) + 4)}px';
    const shown = document.createElement('div');
    shown.id = 'shown';
    const main = document.querySelector('main');
    document.querySelector('nav.crumbs')?.remove();
    shown.append(...main.childNodes);
    main.append(shown);
  })()`);
}

/** Two frames of the screen later; the last wait is for the frame of the body, which is another page. */
async function painted(page: Page): Promise<void> {
  await page.evaluate(`new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100))))`);
}

function cleared(): Record<string, string> {
  rmSync(PICTURES, { recursive: true, force: true });
  mkdirSync(PICTURES, { recursive: true });
  return {};
}

function readLedger(): Record<string, string> {
  return JSON.parse(readFileSync(LEDGER, 'utf8')) as Record<string, string>;
}

function goldenDigest(name: string): string {
  return createHash('sha256')
    .update(readFileSync(join(GOLDEN, `${name}.eml`)))
    .digest('hex');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
