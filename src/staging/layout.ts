/**
 * Where things lie in the three containers. Operators and outside checks rely on these paths
 * (docs/staging.md); days are `YYYY-MM-DD`, in paths `YYYY/MM/DD`.
 */
const slashed = (day: string) => day.replaceAll('-', '/');

export interface PackageRef {
  readonly day: string;
  readonly package: string;
  readonly delivery: number;
}

export function packagePath({ day, package: name, delivery }: PackageRef): string {
  return `packages/${slashed(day)}/${name}/${String(delivery)}.zip`;
}

export function indexPath({ day, package: name, delivery }: PackageRef): string {
  return `packages/${slashed(day)}/${name}/${String(delivery)}.index.json`;
}

export const PACKAGES_PREFIX = 'packages/';

/** All packages, or all indexes, of a day. */
export function packagesPrefix(day: string): string {
  return `${PACKAGES_PREFIX}${slashed(day)}/`;
}

const PACKAGE_FORM = /^packages\/(\d{4})\/(\d\d)\/(\d\d)\/(.+)\/(\d+)\.(?:zip|index\.json)$/;

/** The package that a package's or an index's path is of; null for any other path. */
export function parsePackagePath(path: string): PackageRef | null {
  const [, year, month, date, name, delivery] = PACKAGE_FORM.exec(path) ?? [];
  if (year === undefined || name === undefined) return null;
  return {
    day: `${year}-${month ?? ''}-${date ?? ''}`,
    package: name,
    delivery: Number(delivery),
  };
}

export function messagePath(itemKey: string): string {
  return `messages/${itemKey.slice(0, 2)}/${itemKey}.eml`;
}

export const RECEIPTS_PREFIX = 'receipts/';

export function receiptPath(day: string, itemKey: string, number: number): string {
  return `${receiptsPrefix(day, itemKey)}/${String(number)}.json`;
}

/** All receipts of a day whose item key begins so. */
export function receiptsPrefix(day: string, keyPrefix = ''): string {
  return `${RECEIPTS_PREFIX}${slashed(day)}/${keyPrefix}`;
}

const RECEIPT_FORM = /^receipts\/\d{4}\/\d\d\/\d\d\/([0-9a-f]{64})\/(\d+)\.json$/;

export function parseReceiptPath(path: string): { itemKey: string; number: number } | null {
  const [, itemKey, number] = RECEIPT_FORM.exec(path) ?? [];
  return itemKey === undefined ? null : { itemKey, number: Number(number) };
}

export type ReportFormat = 'json' | 'csv' | 'html';

export function reportPath(day: string, number: number, format: ReportFormat): string {
  return `reports/${day}/${String(number)}.${format}`;
}

export function reportsPrefix(day: string): string {
  return `reports/${day}/`;
}

/** @param month `YYYY-MM`. */
export function reportsOfMonth(month: string): string {
  return `reports/${month}-`;
}

/** A person's word that they read the report; numbered, for several may. */
export function signaturePath(day: string, report: number, number: number): string {
  return `${reportsPrefix(day)}${String(report)}.signed-${String(number)}.json`;
}

/** The report that a signature's path is of; null for any other path. */
export function parseSignaturePath(path: string): { day: string; report: number } | null {
  const [, day, report] = /^reports\/(\d{4}-\d\d-\d\d)\/(\d+)\.signed-\d+\.json$/.exec(path) ?? [];
  return day === undefined ? null : { day, report: Number(report) };
}

export function parseReportPath(path: string): { day: string; number: number } | null {
  const [, day, number] = /^reports\/(\d{4}-\d\d-\d\d)\/(\d+)\.json$/.exec(path) ?? [];
  return day === undefined ? null : { day, number: Number(number) };
}

export const HELD_PREFIX = 'held/';
export const WAIVED_PREFIX = 'waived/';

export function heldPath(prefix: string, person: string, itemKey: string): string {
  return `${prefix}${person}/${itemKey}.json`;
}
