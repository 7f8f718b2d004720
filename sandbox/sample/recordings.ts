/** Samples in a second: what mobile networks record. */
const RATE = 8000;

/** Bytes before the first sample of a WAV file with the plain PCM header. */
const WAV_HEADER_BYTES = 44;

/** A tone's wave, tabled: a long recording holds six million samples. */
const TABLE_SIZE = 4096;

/**
 * A WAV recording, mono, 8 kHz, 16 bit, of two voices that take turns: a buzz of harmonics under a
 * syllable's envelope, with pauses. The same seed gives the same bytes.
 */
export function record(seconds: number, seed: number): Buffer {
  const samples = Math.round(seconds * RATE);
  const wave = voiceTable();
  const wav = Buffer.alloc(WAV_HEADER_BYTES + samples * 2);
  writeHeader(wav, samples * 2);
  let phase = 0;
  for (let n = 0; n < samples; n++) {
    const at = n / RATE;
    const turn = Math.floor(at / 3.2) + seed;
    const pitch = (turn % 2 === 0 ? 118 : 196) + ((seed * 7 + Math.floor(at * 4)) % 5) * 6;
    phase = (phase + (pitch * TABLE_SIZE) / RATE) % TABLE_SIZE;
    const isPause = at % 3.2 > 2.7;
    const syllable = ((at * 4.3 + seed * 0.37) % 1) * 2 - 1;
    const loudness = isPause ? 0 : 1 - syllable * syllable;
    wav.writeInt16LE(
      Math.round((wave[Math.floor(phase)] ?? 0) * loudness),
      WAV_HEADER_BYTES + n * 2,
    );
  }
  return wav;
}

function voiceTable(): Float64Array {
  return Float64Array.from({ length: TABLE_SIZE }, (_, index) => {
    const angle = (2 * Math.PI * index) / TABLE_SIZE;
    return 5200 * (Math.sin(angle) + 0.5 * Math.sin(3 * angle) + 0.3 * Math.sin(5 * angle));
  });
}

function writeHeader(wav: Buffer, dataBytes: number): void {
  wav.write('RIFF', 0, 'latin1');
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8, 'latin1');
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(RATE, 24);
  wav.writeUInt32LE(RATE * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36, 'latin1');
  wav.writeUInt32LE(dataBytes, 40);
}
