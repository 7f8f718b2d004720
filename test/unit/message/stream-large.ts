// Renders a message with one streamed attachment and prints by how many bytes the peak of the
// process's memory grew. Argument: the attachment's size in bytes.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { composeMessage } from '../../../src/message/compose.ts';
import { renderEml } from '../../../src/message/eml.ts';
import { aFile, anMms, OPTIONS, render } from './items.ts';

const CHUNK = Buffer.alloc(65_536, 0xa5);
const count = Math.ceil(Number(process.argv[2]) / CHUNK.length);

function* chunks(): Generator<Buffer> {
  for (let index = 0; index < count; index += 1) yield Buffer.from(CHUNK);
}

const hash = createHash('sha256');
for (const chunk of chunks()) hash.update(chunk);
const small = composeMessage(anMms([aFile()]), OPTIONS);
await render(small, [aFile()]);
const [file] = small.attachments;
const sizeBytes = count * CHUNK.length;
const message = { ...small, attachments: [{ ...file!, sizeBytes, sha256: hash.digest('hex') }] };

const before = process.resourceUsage().maxRSS;
let writtenBytes = 0;
for await (const chunk of renderEml(message, () => Promise.resolve(Readable.from(chunks())))) {
  writtenBytes += chunk.length;
}
const grownBytes = (process.resourceUsage().maxRSS - before) * 1_024;
process.stdout.write(JSON.stringify({ writtenBytes, grownBytes }));
