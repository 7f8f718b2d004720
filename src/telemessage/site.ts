import type { Readable } from 'node:stream';
import { isArchiveDay } from '../domain/archive-day.ts';

/** One package at the TeleMessage site. */
export interface SiteFile {
  /** File name, `.zip` included. */
  readonly name: string;
  /** File name without `.zip`. */
  readonly package: string;
  /** The archive day in its name, `YYYY-MM-DD`. */
  readonly day: string;
  readonly sizeBytes: number;
  /** ISO 8601 UTC in seconds. */
  readonly modifiedAt: string;
}

/** Where packages are delivered. We read there; we never delete, move or rename. */
export interface Site {
  /**
   * Packages whose name's day lies in [from, to], ordered by name; other files are ignored.
   *
   * @throws {RunError} `site-unreachable`, `site-login-refused`, `site-host-key`,
   * `site-folder-missing`
   */
  list(from: string, to: string): Promise<SiteFile[]>;
  /**
   * Streams one file. The stream fails with a RunError when the connection breaks or stands still.
   *
   * @throws {RunError} `package-unreadable` when this one file may not be opened or is gone: the
   * others may be read; else as `list`.
   */
  open(file: SiteFile): Promise<Readable>;
  close(): Promise<void>;
}

/** A file as a transport lists it. */
export interface ListedFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedAt: string;
}

/** `YYYYMMDD0000-TeleMessage_<n>_<TimeZipped>.zip` (docs/source-format.md). */
const PACKAGE_NAME = /^(\d{4})(\d{2})(\d{2})\d{4}-TeleMessage_[^/\\\p{Cc}]{1,200}\.zip$/iu;

/** The packages among the files of a folder whose day lies in [from, to], ordered by name. */
export function packagesOf(files: readonly ListedFile[], from: string, to: string): SiteFile[] {
  return files
    .flatMap(({ name, sizeBytes, modifiedAt }) => {
      const day = PACKAGE_NAME.exec(name)?.slice(1, 4).join('-');
      if (day === undefined || !isArchiveDay(day) || day < from || day > to) return [];
      return [{ name, package: name.slice(0, -'.zip'.length), day, sizeBytes, modifiedAt }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
