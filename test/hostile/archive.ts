import { composeMessage } from '../../src/message/compose.ts';
import { renderEml } from '../../src/message/eml.ts';
import { openAttachment, readItem } from '../../src/telemessage/item.ts';
import { gathered, OPTIONS, sha256 } from '../unit/message/items.ts';
import { inPieces } from '../unit/telemessage/emails.ts';
import { chanceOf } from './chance.ts';
import { hostileItem, type HostileItem } from './item.ts';
import { DAY } from './times.ts';
import { unreadable } from './unreadable.ts';
import { wrap } from './wrapping.ts';

/** One item of the feed: its bytes, and what its maker knows; null when nobody could read it. */
export interface FeedItem {
  readonly bytes: Buffer;
  readonly item: HostileItem | null;
}

/** An item on its way through the product: its key, and its message unless it was refused. */
export interface Archived {
  readonly itemKey: string;
  readonly eml: Buffer | null;
}

const CONNECTOR = 'o2';
const UNREADABLE_SHARE = 0.02;

export function feedItem(seed: number, index: number): FeedItem {
  const label = `${seed}/${index}`;
  const chance = chanceOf(label);
  if (chance.is(UNREADABLE_SHARE)) return { bytes: unreadable(chance), item: null };
  const item = hostileItem(seed, index);
  const bytes = wrap(item, `${label}/wrapping`);
  return { bytes, item: isReadable(item) ? item : null };
}

/** An e-mail with none of From, To, RCPT_TO and Date is no item. */
function isReadable({ from, to, recipient, time }: HostileItem): boolean {
  const hasText = (value: string | null) => value !== null && value.trim() !== '';
  return from.length + to.length > 0 || hasText(recipient) || hasText(time.sent);
}

/** The product's own way: read, compose, render. How much is kept in memory follows from the label. */
export async function archive(bytes: Buffer, label: string): Promise<Archived> {
  const chance = chanceOf(`${label}/reading`);
  const pieceBytes = chance.pick([1 + chance.below(200), 1_000, 65_536]);
  const pieces = () => inPieces(bytes, bytes.length > 100_000 ? 65_536 : pieceBytes);
  const keepBytes = chance.pick([0, 1_000, 2_600_000]);
  const read = await readItem(pieces(), {
    connector: CONNECTOR,
    day: DAY,
    keepBytes,
    defaultCountry: 'GB',
  });
  if (read.problem !== null) return { itemKey: read.itemKey, eml: null };
  const message = composeMessage(read.item, { ...OPTIONS, itemKey: read.itemKey });
  const open = async (position: number) =>
    read.contents.get(position) ?? openAttachment(pieces(), position);
  return { itemKey: read.itemKey, eml: Buffer.concat(await gathered(renderEml(message, open))) };
}

/** SHA-256 of each message of the seed, null for what is refused; the label changes how it is read. */
export async function digestsOf(
  seed: number,
  count: number,
  label: string,
): Promise<(string | null)[]> {
  const digests: (string | null)[] = [];
  for (let index = 0; index < count; index += 1) {
    const { eml } = await archive(feedItem(seed, index).bytes, `${label}/${index}`);
    digests.push(eml === null ? null : sha256(eml));
  }
  return digests;
}
