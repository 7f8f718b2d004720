import { setTimeout as sleep } from 'node:timers/promises';

import { toSeconds } from '../domain/archive-day.ts';
import type { ExitCode } from './exit.ts';
import { EXIT } from './exit.ts';
import type { LiveView } from './live-view.ts';
import { liveView } from './live-view.ts';
import type { Screen } from './output.ts';
import type { Session } from './session.ts';
import type { StatusDocument } from './status-document.ts';
import type { StatusLook } from './status-look.ts';
import { statusLines } from './status-text.ts';
import { interruption } from './wait.ts';

const LOOK_EVERY_MS = 1_000;

export interface Watch {
  readonly first: StatusLook;
  readonly look: () => Promise<StatusLook>;
  /** Also while nothing runs. */
  readonly isStaying: boolean;
}

/**
 * Shows one look after the other on a page of its own until nothing runs any more, or until Ctrl-C,
 * which ends the watching and nothing else: exit code 0. What was seen last stays in the terminal.
 */
export async function watchStatus(
  session: Session,
  screen: Screen,
  { first, look, isStaying }: Watch,
): Promise<ExitCode> {
  const { output } = session;
  const interrupt = interruption();
  const view = liveView(screen);
  let seen = first;
  const draw = () => drawn(view, session, seen.document);
  const stopResizing = screen.onResize(draw);
  const over = new AbortController();
  const isOver = () => over.signal.aborted;
  const watching = async (): Promise<true> => {
    draw();
    while (!isOver() && (isStaying || runsNow(seen.document).length > 0)) {
      await sleep(LOOK_EVERY_MS, undefined, { signal: over.signal }).catch(() => undefined);
      if (isOver()) break;
      seen = await look();
      draw();
    }
    return true;
  };
  let isEnded: true | null;
  try {
    isEnded = await Promise.race([watching(), interrupt.signalled]);
  } finally {
    over.abort();
    interrupt.stop();
    stopResizing();
    view.close();
  }
  const text = statusLines(seen.document, session.now(), output.look()).join('\n');
  output.result(seen.document, () => text);
  if (isEnded === true) return seen.code;
  output.note(stoppedWatching(seen.document));
  return EXIT.done;
}

function drawn(view: LiveView, session: Session, document: StatusDocument): void {
  const look = session.output.look();
  const at = toSeconds(session.now()).slice(11);
  const foot = `${at}  Ctrl-C only ends the watching`.slice(0, look.columns);
  view.draw(statusLines(document, session.now(), look), look.paint('dim', foot));
}

function runsNow({ runs }: StatusDocument): StatusDocument['runs'] {
  return runs.filter(({ status }) => status === 'RUNNING');
}

/** What somebody who stops watching must know. */
function stoppedWatching(document: StatusDocument): string {
  const ids = runsNow(document).map(({ workflowId }) => `  ${workflowId}`);
  if (ids.length === 0) return '\nStopped watching. Nothing runs.';
  return ['', 'Stopped watching. On the server these go on:', ...ids].join('\n');
}
