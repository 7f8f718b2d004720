import type { Cell, UntriedRow } from './cell.ts';
import { COMPLETION_CELLS } from './cells/complete.ts';
import { DAY_CELLS } from './cells/days.ts';
import { KILL_CELLS } from './cells/kill.ts';
import { LONG_CELLS } from './cells/long.ts';
import { MAILBOX_CELLS } from './cells/mailboxes.ts';
import { OPERATOR_CELLS } from './cells/operators.ts';
import { PACKAGE_CELLS } from './cells/packages.ts';
import { PEOPLE_CELLS } from './cells/people.ts';
import { SERVER_CELLS } from './cells/servers.ts';
import { SITE_CELLS } from './cells/site.ts';
import { STORAGE_CELLS } from './cells/storage.ts';
import { REFUSED_CELLS } from './cells/refused.ts';
import { TENANT_CELLS } from './cells/tenant.ts';
import { UPLOAD_CELLS } from './cells/uploads.ts';

/** All cells. A new file of cells is listed here. */
export const CELLS: readonly Cell[] = [
  ...KILL_CELLS,
  ...TENANT_CELLS,
  ...REFUSED_CELLS,
  ...UPLOAD_CELLS,
  ...COMPLETION_CELLS,
  ...PEOPLE_CELLS,
  ...MAILBOX_CELLS,
  ...DAY_CELLS,
  ...OPERATOR_CELLS,
  ...LONG_CELLS,
  ...STORAGE_CELLS,
  ...SITE_CELLS,
  ...PACKAGE_CELLS,
  ...SERVER_CELLS,
];

/** Rows that cannot be tried here. */
export const UNTRIED: readonly UntriedRow[] = [
  {
    row: 'F10',
    why: 'A deploy of changed workflow code needs the changed code.',
    nearest: 'test/replay, which replays the histories of every version and sees exchanged steps.',
  },
  {
    row: 'F34',
    why: 'Nobody can wait for a leap day, and days and schedules are in UTC.',
    nearest: 'test/unit/domain/archive-day.test.ts and test/unit/cli/schedule-definition.test.ts.',
  },
  {
    row: 'F36',
    why: 'Memory is measured, alone on the machine.',
    nearest: '`npm run bench -- large`, with its bound.',
  },
];
