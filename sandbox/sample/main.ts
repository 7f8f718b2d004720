import { parseArgs } from 'node:util';
import { SAMPLE_DAY, writeSample } from './write-sample.ts';

/** `node sandbox/sample/main.ts --out DIR [--day YYYY-MM-DD]`: writes the packages, prints their names. */
const { values } = parseArgs({
  options: { out: { type: 'string' }, day: { type: 'string', default: SAMPLE_DAY } },
});

if (values.out === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(values.day)) {
  console.error('usage: node sandbox/sample/main.ts --out DIR [--day YYYY-MM-DD]');
  process.exitCode = 2;
} else {
  const { packages, items } = await writeSample(values.out, { day: values.day });
  for (const name of packages) console.log(name);
  console.log(`${packages.length} packages with ${items} items`);
}
