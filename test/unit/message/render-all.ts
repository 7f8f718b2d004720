// Prints the digest of each golden message, rendered anew in this process, as JSON.
import { composeMessage } from '../../../src/message/compose.ts';
import { GOLDEN_CASES } from './golden-cases.ts';
import { OPTIONS, render, sha256 } from './items.ts';

const digests: Record<string, string> = {};
for (const { name, item, files, options } of GOLDEN_CASES) {
  const message = composeMessage(item, { ...OPTIONS, ...options });
  digests[name] = sha256(await render(message, files));
}
process.stdout.write(JSON.stringify(digests));
