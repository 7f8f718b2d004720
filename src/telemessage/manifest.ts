import { decodeText, decodeUnlabelled } from './charset.ts';
import { PackageRefused } from './package-refused.ts';

/** A file name that two tools may have decoded by different code pages. */
export interface FileName {
  readonly name: string;
  /** Its bytes, one a character. */
  readonly rawName: string;
}

/** What the `.mf` of a package says lies in it. */
export interface Manifest {
  readonly count: number;
  /** Names of `.eml` files as written, without path folding. */
  readonly names: readonly FileName[];
}

const COUNT = /^count\s*[:=]\s*(\d{1,9})$/iu;
const UTF8_MARK = /^\u00EF\u00BB\u00BF/u;
const FILE_PREFIX = /^file(?:\s*name)?\s*[:=]\s*/iu;

/**
 * Reads a manifest: a line `Count: N` and every file's name on a line of its own. Letter case, order,
 * CRLF, a byte order mark, blank lines, other lines and a leading `File:` do not matter.
 *
 * @throws {PackageRefused} `unreadable-manifest`
 */
export function readManifest(bytes: Buffer): Manifest {
  const isUtf16 = bytes.length >= 2 && [0xfeff, 0xfffe].includes(bytes.readUInt16BE(0));
  const text = isUtf16 ? decodeText(bytes, 'utf-16') : decodeUnlabelled(bytes);
  const lines = linesOf(text.replace(/^\uFEFF/u, ''));
  // In UTF-16 the bytes of a line are no bytes of a name.
  const rawLines = isUtf16 ? lines : linesOf(bytes.toString('latin1').replace(UTF8_MARK, ''));
  const counts = new Set(lines.map((line) => COUNT.exec(line)?.[1]).filter((count) => count));
  const [count] = [...counts].map(Number);
  if (count === undefined || counts.size > 1) throw new PackageRefused('unreadable-manifest');
  const names = lines
    .map((line, at) => ({ name: nameIn(line), rawName: nameIn(rawLines[at] ?? '') }))
    .filter(({ name }) => /\.eml$/iu.test(name));
  return { count, names };
}

function linesOf(text: string): string[] {
  return text.split(/\r\n|[\r\n]/u).map((line) => line.trim());
}

function nameIn(line: string): string {
  return line.replace(FILE_PREFIX, '');
}

/**
 * Compares the manifest with the `.eml` names that lie in the package. Names without a folder are
 * compared with the last part of an entry's name; what the two files' code pages make different is
 * compared by its bytes.
 *
 * @throws {PackageRefused} `count-mismatch`, `names-mismatch`
 */
export function checkManifest(manifest: Manifest, present: readonly FileName[]): void {
  if (manifest.count !== present.length) {
    const note = `The manifest counts ${manifest.count} items, the package holds ${present.length}.`;
    throw new PackageRefused('count-mismatch', note);
  }
  const hasFolders = manifest.names.some(({ name }) => /[/\\]/u.test(name));
  const listed = new Set(manifest.names.map(({ name }) => comparable(name, hasFolders)));
  const byBytes = new Map(
    manifest.names.map(({ name, rawName }) => [
      comparableBytes(rawName, hasFolders),
      comparable(name, hasFolders),
    ]),
  );
  const entries = new Set(
    present.map(({ name, rawName }) => {
      const read = comparable(name, hasFolders);
      if (listed.has(read)) return read;
      return byBytes.get(comparableBytes(rawName, hasFolders)) ?? read;
    }),
  );
  const missing = [...listed].filter((name) => !entries.has(name)).length;
  const unlisted = [...entries].filter((name) => !listed.has(name)).length;
  const doubled = manifest.names.length - listed.size + present.length - entries.size;
  if (missing + unlisted + doubled > 0) {
    const note = `Of the names, ${missing} are listed and absent, ${unlisted} present and not listed, ${doubled} doubled.`;
    throw new PackageRefused('names-mismatch', note);
  }
}

function comparable(name: string, hasFolders: boolean): string {
  return withoutFolders(name.normalize('NFC').toLowerCase(), hasFolders);
}

/** Letter case of ASCII only: what other bytes stand for is not known. */
function comparableBytes(rawName: string, hasFolders: boolean): string {
  const lower = rawName.replaceAll(/[A-Z]+/gu, (letters) => letters.toLowerCase());
  return withoutFolders(lower, hasFolders);
}

function withoutFolders(name: string, hasFolders: boolean): string {
  const path = name.replaceAll('\\', '/').replace(/^(\.\/)+/u, '');
  return hasFolders ? path : path.slice(path.lastIndexOf('/') + 1);
}
