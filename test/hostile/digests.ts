// Prints the digest of each message of a seed, archived anew in this process, as JSON.
import { digestsOf } from './archive.ts';

const [seed, count, label = ''] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await digestsOf(Number(seed), Number(count), label)));
