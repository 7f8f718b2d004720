import { writeEml, type Delivery } from './eml.ts';
import { sampleItems } from './items.ts';
import { personOf } from './people.ts';
import type { SampleItem } from './sample-item.ts';

/** One `.eml` of a package: which item, and whether it comes for the first time. */
export interface SampleEntry {
  readonly name: string;
  readonly item: SampleItem;
  readonly delivery: Delivery;
}

/** One package of the day before it is zipped. */
export interface SamplePackage {
  /** File name without `.zip`. */
  readonly package: string;
  readonly entries: readonly SampleEntry[];
  /** What lies in it and is neither item nor manifest. */
  readonly strays: readonly { readonly name: string; readonly text: string }[];
  readonly lineEnd: '\n' | '\r\n';
}

/** Where the vendor cuts the day: up to these hours of UTC go into packages 1 and 2. */
const CUTS = ['09:30', '14:00'] as const;

/** The day's packages as the vendor makes them in the night after it. */
export function samplePackages(day: string): readonly SamplePackage[] {
  const items = sampleItems(day);
  const cuts = CUTS.map((cut) => Date.parse(`${day}T${cut}:00Z`));
  const [first = 0, second = 0] = cuts;
  const morning = items.filter(({ sentMs }) => sentMs < first);
  const noon = items.filter(({ sentMs }) => sentMs >= first && sentMs < second);
  const rest = items.filter(({ sentMs }) => sentMs >= second);
  const again = items.filter(({ wire }) => wire.isDeliveredTwice === true);
  return [
    { package: packageName(day, 1), entries: entriesOf(morning), strays: [], lineEnd: '\n' },
    { package: packageName(day, 2), entries: entriesOf(noon), strays: [README], lineEnd: '\r\n' },
    {
      package: packageName(day, 3),
      entries: [...entriesOf(rest), ...again.map(entryAgain)],
      strays: [],
      lineEnd: '\n',
    },
  ];
}

/** The manifest: the count, and every item's file name on a line of its own. */
export function manifestOf({ entries, lineEnd }: SamplePackage): string {
  return [`Count: ${entries.length}`, ...entries.map(({ name }) => name), ''].join(lineEnd);
}

export function emlOf(entry: SampleEntry): Buffer {
  return writeEml(entry.item, entry.delivery);
}

const README = {
  name: 'readme.txt',
  text: 'Delivered by the archiving service. Questions: support@capture.example.net\r\n',
} as const;

/** `YYYYMMDD0000-TeleMessage_<n>_<TimeZipped>`, zipped shortly after the next midnight. */
function packageName(day: string, n: number): string {
  const zipped = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000 + n * 61_000);
  return `${day.replaceAll('-', '')}0000-TeleMessage_${n}_${stampOf(zipped.getTime())}`;
}

function entriesOf(items: readonly SampleItem[]): SampleEntry[] {
  return items.map((item, index) => ({
    name: `${entryStem(item)}_${String(index + 1).padStart(4, '0')}.eml`,
    item,
    delivery: 'first',
  }));
}

function entryAgain(item: SampleItem): SampleEntry {
  return { name: `${entryStem(item)}_9001.EML`, item, delivery: 'again' };
}

function entryStem(item: SampleItem): string {
  return `${personOf(item.owner).number}_${stampOf(item.sentMs)}_${item.kind.toUpperCase()}`;
}

/** `YYYYMMDDHHMMSS` of UTC. */
function stampOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 19).replaceAll(/[-T:]/g, '');
}
