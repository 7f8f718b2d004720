import { join, relative } from 'node:path';
import { addDays } from '../src/domain/archive-day.ts';
import { SITE_FOLDER } from './inputs.ts';
import type { Inputs } from './inputs.ts';
import { SAMPLE_OWN_DOMAINS, SAMPLE_UNMAPPED } from './sample/users.ts';
import type { RunningParts } from './start-parts.ts';
import type { StatePaths } from './state.ts';

/** Where to look, once the day is done. */
export function whereToLook(paths: StatePaths, inputs: Inputs, parts: RunningParts): string {
  const { temporal, tenant } = parts;
  return `
Where to look
  Temporal Web UI   ${temporal.uiUrl}/namespaces/${temporal.namespace}/workflows
  Mailboxes         ${tenant.mailboxesUrl}
  Report            o2-archiver report --day ${inputs.day} --format html > report.html
  Everything else   ${shown(paths.description)}, logs in ${shown(paths.logs)}
  In a second terminal, from this folder:   . ${shown(paths.environment)}`;
}

/** Three things to try, with the exact commands. */
export function thingsToTry(paths: StatePaths, inputs: Inputs): string {
  const day = inputs.day;
  const other = addDays(day, -1);
  const cure = `echo '${SAMPLE_UNMAPPED.number},imogen.vesper@${String(SAMPLE_OWN_DOMAINS[0])}' >> ${shown(paths.mapping)}`;
  const mapping = shown(paths.mapping);
  const outgoing = shown(join(inputs.siteDirectory, SITE_FOLDER));
  const first = inputs.isSample
    ? `1. ${SAMPLE_UNMAPPED.name} is mapped to nobody. Map the number, and see the messages come home:
     ${cure}
     o2-archiver mapping activate ${mapping}
     o2-archiver run --day ${day} --wait
     o2-archiver report --day ${day}`
    : `1. Map whom the report names as unmapped, and see the messages come home:
     o2-archiver items --day ${day} --outcome unmapped
     o2-archiver mapping activate FILE.csv
     o2-archiver run --day ${day} --wait`;
  return `
Three things to try (in the second terminal)
  ${first}
  2. Pause for maintenance, see the days wait, and resume:
     o2-archiver schedule pause --reason "storage maintenance"
     o2-archiver status
     o2-archiver schedule resume
  3. Kill the worker in the middle of a day; it is started again, and every copy is there once:
     node bin/launch.mjs sandbox/sample/main.ts --out ${outgoing} --day ${other}
     (sleep 3; kill -9 $(cat ${shown(paths.workerPid)})) & o2-archiver run --day ${other} --wait
     o2-archiver report --day ${other}`;
}

/** A path as a person in this folder would type it. */
export function shown(path: string): string {
  const below = relative(process.cwd(), path);
  return below.startsWith('..') ? path : below;
}
