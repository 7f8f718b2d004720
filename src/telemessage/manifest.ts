import { decodeText, decodeUnlabelled } from './charset.ts';
import { PackageRefused } from './package-refused.ts';

/** What the `.mf` of a package says lies in it. */
export interface Manifest {
  readonly count: number;
  /** Names of `.eml` files as written, without path folding. */
  readonly names: readonly string[];
}

const COUNT = /^count\s*[:=]\s*(\d{1,9})$/iu;
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
  const lines = text
    .replace(/^\uFEFF/u, '')
    .split(/\r\n|[\r\n]/u)
    .map((line) => line.trim());
  const counts = new Set(lines.map((line) => COUNT.exec(line)?.[1]).filter((count) => count));
  const [count] = [...counts].map(Number);
  if (count === undefined || counts.size > 1) throw new PackageRefused('unreadable-manifest');
  const names = lines
    .map((line) => line.replace(FILE_PREFIX, ''))
    .filter((name) => /\.eml$/iu.test(name));
  return { count, names };
}

/**
 * Compares the manifest with the `.eml` names that lie in the package. Names without a folder are
 * compared with the last part of an entry's name.
 *
 * @throws {PackageRefused} `count-mismatch`, `names-mismatch`
 */
export function checkManifest(manifest: Manifest, entryNames: readonly string[]): void {
  const present = entryNames.length;
  if (manifest.count !== present) {
    const note = `The manifest counts ${manifest.count} items, the package holds ${present}.`;
    throw new PackageRefused('count-mismatch', note);
  }
  const hasFolders = manifest.names.some((name) => /[/\\]/u.test(name));
  const entries = new Set(entryNames.map((name) => comparable(name, hasFolders)));
  const listed = new Set(manifest.names.map((name) => comparable(name, hasFolders)));
  const missing = [...listed].filter((name) => !entries.has(name)).length;
  const unlisted = [...entries].filter((name) => !listed.has(name)).length;
  const doubled = manifest.names.length - listed.size + present - entries.size;
  if (missing + unlisted + doubled > 0) {
    const note = `Of the names, ${missing} are listed and absent, ${unlisted} present and not listed, ${doubled} doubled.`;
    throw new PackageRefused('names-mismatch', note);
  }
}

function comparable(name: string, hasFolders: boolean): string {
  const path = name
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('\\', '/')
    .replace(/^(\.\/)+/u, '');
  return hasFolders ? path : path.slice(path.lastIndexOf('/') + 1);
}
