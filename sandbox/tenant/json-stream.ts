import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';

/** A text inside a JSON answer that is too long to hold: opened when it is written. No escapes needed. */
export class StreamedText {
  readonly open: () => Readable;

  constructor(open: () => Readable) {
    this.open = open;
  }
}

/** The JSON of a value, as text, or as a stream when there is a streamed text in it. */
export function jsonOf(value: unknown): string | Readable {
  const texts: StreamedText[] = [];
  const mark = randomUUID();
  const json = JSON.stringify(value, (_, member: unknown) => {
    if (!(member instanceof StreamedText)) return member;
    texts.push(member);
    return mark;
  });
  return texts.length === 0 ? json : Readable.from(woven(json.split(mark), texts));
}

async function* woven(pieces: readonly string[], texts: readonly StreamedText[]) {
  for (const [position, piece] of pieces.entries()) {
    yield piece;
    const text = texts[position];
    if (text === undefined) continue;
    for await (const chunk of text.open()) yield String(chunk);
  }
}
