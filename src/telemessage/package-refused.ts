import type { Refusal } from '../domain/index-entry.ts';

/** The package is refused as a whole. Never leaves the room: indexPackage returns it as a value. */
export class PackageRefused extends Error {
  readonly reason: Refusal;
  /** In words; an entry is named by its number, and its name only as far as it is safe to show. */
  readonly note: string | null;

  constructor(reason: Refusal, note: string | null = null) {
    super(`Package refused: ${reason}`);
    this.reason = reason;
    this.note = note;
  }
}

const MAX_NAME_LENGTH = 80;

/** The package is refused because of this entry, which the note names. */
export function refusedEntry(
  reason: Refusal,
  { number, name }: { readonly number: number; readonly name: string },
): PackageRefused {
  const shown = shownName(name);
  const called = shown === null ? '' : ` ("${shown}")`;
  return new PackageRefused(reason, `It is entry ${number}${called}.`);
}

/**
 * Notes stand in reports, and file names hold people's numbers: long digits are left out, and what
 * may be an address is not shown.
 */
function shownName(name: string): string | null {
  const file = name.slice(name.lastIndexOf('/') + 1);
  if (file === '' || file.includes('@')) return null;
  const safe = file
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}"]/gu, '\uFFFD')
    .replaceAll(/\+?\p{Nd}{6,}/gu, '…');
  const letters = Array.from(safe);
  if (letters.length <= MAX_NAME_LENGTH) return safe;
  return `${letters.slice(0, MAX_NAME_LENGTH - 1).join('')}…`;
}
