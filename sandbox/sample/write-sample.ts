import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { emlOf, manifestOf, samplePackages, type SamplePackage } from './packages.ts';

/** The sample day: a Monday. */
export const SAMPLE_DAY = '2026-11-23';

/** Below it the vendor's zip stores; so both ways of packing occur. */
const STORE_BELOW_BYTES = 1100;

/**
 * Writes the day's packages into the directory, which is created when it is not there. The same day
 * gives the same bytes on any machine with the same Node.
 * @returns the file names in order, and the number of `.eml` files in them together.
 */
export async function writeSample(
  directory: string,
  { day }: { readonly day: string },
): Promise<{ packages: string[]; items: number }> {
  await mkdir(directory, { recursive: true });
  const packages = samplePackages(day);
  for (const each of packages) await writePackage(directory, each, day);
  return {
    packages: packages.map(({ package: name }) => `${name}.zip`),
    items: packages.reduce((sum, { entries }) => sum + entries.length, 0),
  };
}

async function writePackage(directory: string, each: SamplePackage, day: string): Promise<void> {
  const zip = new ZipFile();
  // Local noon, kept in the DOS form only: the same bytes in every time zone.
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const options = { mtime: new Date(year, month - 1, date, 12), forceDosTimestamp: true };
  for (const entry of each.entries) {
    const eml = emlOf(entry);
    zip.addBuffer(eml, entry.name, { ...options, compress: eml.length >= STORE_BELOW_BYTES });
  }
  for (const { name, text } of each.strays) zip.addBuffer(Buffer.from(text), name, options);
  zip.addBuffer(Buffer.from(manifestOf(each)), `${each.package}.mf`, options);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(join(directory, `${each.package}.zip`)));
}
