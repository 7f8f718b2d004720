import type { Refusal } from '../domain/index-entry.ts';

/** The package is refused as a whole. Never leaves the room: indexPackage returns it as a value. */
export class PackageRefused extends Error {
  readonly reason: Refusal;
  /** In words, without names. */
  readonly note: string | null;

  constructor(reason: Refusal, note: string | null = null) {
    super(`Package refused: ${reason}`);
    this.reason = reason;
    this.note = note;
  }
}
