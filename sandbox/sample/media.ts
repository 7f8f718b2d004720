import { paint } from './pictures.ts';
import { record } from './recordings.ts';

/** One media part of an item, as it is put on the wire. */
export interface Media {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

interface MediaEntry {
  readonly name: string;
  readonly contentType: string;
  readonly make: () => Buffer;
}

const text = (lines: readonly string[]) => () => Buffer.from(`${lines.join('\r\n')}\r\n`, 'utf8');

/** A page that names its parts in the order of showing: layout, not content. */
function smil(...parts: readonly string[]): MediaEntry {
  const shown = parts.map((part) => `<par dur="5s"><img src="${part}" region="Image"/></par>`);
  return {
    name: 'presentation.smil',
    contentType: 'application/smil',
    make: text([
      '<smil><head><layout><root-layout width="320" height="240"/>',
      '<region id="Image" top="0" left="0" height="80%" width="100%"/></layout></head>',
      `<body>${shown.join('')}</body></smil>`,
    ]),
  };
}

function vCard(name: string, firm: string, number: string, address: string): () => Buffer {
  return text([
    'BEGIN:VCARD',
    'VERSION:3.0',
    `FN;CHARSET=UTF-8:${name}`,
    `ORG;CHARSET=UTF-8:${firm}`,
    `TEL;TYPE=CELL:+${number}`,
    `EMAIL:${address}`,
    'END:VCARD',
  ]);
}

const PNG = 'image/png';

/** Everything that is sent during the sample day. Two share a name; one has no bytes. */
const MEDIA = {
  smilField: smil('cae-top.png'),
  smilTwo: smil('IMG_0412.png', 'IMG_0412.png'),
  field: { name: 'cae-top.png', contentType: PNG, make: () => paint('field', 320, 200) },
  fog: { name: 'mgła-nabrzeże.png', contentType: PNG, make: () => paint('fog', 320, 200) },
  chart: { name: 'matif-dec.png', contentType: PNG, make: () => paint('chart', 320, 160) },
  cake: { name: 'cake.png', contentType: PNG, make: () => paint('cake', 240, 180) },
  harbour: { name: '横浜.png', contentType: PNG, make: () => paint('harbour', 320, 200) },
  weighOne: { name: 'IMG_0412.png', contentType: PNG, make: () => paint('chart', 120, 80) },
  weighTwo: { name: 'IMG_0412.png', contentType: PNG, make: () => paint('field', 120, 80) },
  empty: { name: 'IMG_0413.png', contentType: PNG, make: () => Buffer.alloc(0) },
  cardSakura: {
    name: '源さくら.vcf',
    contentType: 'text/x-vcard; charset=utf-8',
    make: vCard('源さくら', '北波商事', '447700900208', 'sakura@kitanami.example.net'),
  },
  cardElke: {
    name: 'Elke Vandamme.vcf',
    contentType: 'text/x-vcard; charset=utf-8',
    make: vCard(
      'Elke Vandamme',
      'Vandamme Chartering',
      '447700900216',
      'elke@vandamme-chartering.example.net',
    ),
  },
  ticket: {
    name: 'weighbridge-ticket.txt',
    contentType: 'text/plain; charset=utf-8',
    make: text(['WEIGHBRIDGE TICKET 3317', 'Gross 43.86 t', 'Tare 15.02 t', 'Net 28.84 t']),
  },
  voiceNote: { name: 'voice-note.wav', contentType: 'audio/wav', make: () => record(4, 11) },
} as const satisfies Record<string, MediaEntry>;

export type MediaName = keyof typeof MEDIA;

export function mediaOf(id: MediaName): Media {
  const { name, contentType, make }: MediaEntry = MEDIA[id];
  return { name, contentType, bytes: make() };
}

/** A call's recording under the vendor's kind of name. */
export function recordingOf(sourceId: string, seconds: number, seed: number): Media {
  const name = `recording_${sourceId}.wav`;
  return { name, contentType: 'audio/wav', bytes: record(seconds, seed) };
}
