import type { ConnectorConfig } from '../config/config.ts';
import type { ExitCode } from './exit.ts';
import { EXIT, exitCodeOf } from './exit.ts';
import { paces } from './progress.ts';
import type { Session } from './session.ts';
import type { StatusDocument, Told } from './status-document.ts';
import { siteState } from './status-site.ts';
import { fromStaging } from './status-staging.ts';
import { dayRuns, scheduleState } from './status-temporal.ts';
import { temporalProblem } from './temporal-error.ts';

interface Answer {
  readonly connector: string;
  readonly source: Source;
  readonly atMs: number;
  readonly told: Told;
  /** What it failed with; null when it answered. */
  readonly problem: { readonly message: string; readonly code: ExitCode } | null;
}

type Source = 'temporal' | 'staging' | 'site';

/** How old an answer may be while somebody watches: a site is logged in to each time. */
const KEPT_MS: Readonly<Record<Source, number>> = {
  temporal: 0,
  staging: 30_000,
  site: 5 * 60_000,
};

const OTHERS = ['staging', 'site'] as const;

export interface StatusLook {
  readonly document: StatusDocument;
  readonly code: ExitCode;
}

/**
 * Looks at everything, at the first call; at later ones again at what moves, so that it can be called
 * every second. Temporal, staging and the site tell different parts: what one of them knows is shown
 * without the others.
 */
export function statusLooks(session: Session, day: string | undefined): () => Promise<StatusLook> {
  const answers = new Map<string, Answer>();
  const running = new Map<string, string>();
  const seenPaces = paces();
  const ask = async (
    { id }: ConnectorConfig,
    source: Source,
    work: () => Promise<Told>,
  ): Promise<Answer> => {
    const key = `${id}/${source}`;
    const known = answers.get(key);
    if (known !== undefined && session.now() - known.atMs < KEPT_MS[source]) return known;
    const atMs = session.now();
    const answer = await work().then(
      (told): Answer => ({ connector: id, source, atMs, told, problem: null }),
      (error: unknown): Answer => {
        const message = error instanceof Error ? error.message : String(error);
        // What it told before still stands, and that it tells nothing now stands above it.
        const problem = { message, code: exitCodeOf(error) };
        return { connector: id, source, atMs, told: known?.told ?? {}, problem };
      },
    );
    answers.set(key, answer);
    return answer;
  };
  const lookAt = async (connector: ConnectorConfig): Promise<Answer[]> => {
    const temporal = await ask(connector, 'temporal', () =>
      fromTemporal(session, connector, { day, paces: seenPaces }),
    );
    const runs = temporal.told.runs ?? [];
    // A run that took a step has changed what the others tell.
    const steps = runs.map((run) => `${run.runId} ${run.progress?.stage ?? run.status}`).join();
    const isMoved = running.has(connector.id) && running.get(connector.id) !== steps;
    running.set(connector.id, steps);
    if (isMoved) for (const source of OTHERS) answers.delete(`${connector.id}/${source}`);
    const site = () => ask(connector, 'site', () => fromSite(session, connector));
    const staging = ask(connector, 'staging', () => fromStaging(session, connector, { day, runs }));
    return [temporal, ...(await Promise.all(day === undefined ? [staging, site()] : [staging]))];
  };
  return async () => {
    const all = (await Promise.all(session.connectors.map(lookAt))).flat();
    const code = all.findLast(({ problem }) => problem !== null)?.problem?.code;
    return { document: together(all), code: code ?? EXIT.done };
  };
}

async function fromTemporal(
  session: Session,
  connector: ConnectorConfig,
  which: Parameters<typeof dayRuns>[3],
): Promise<Told> {
  const access = await session.temporal();
  try {
    const runs = await dayRuns(session, access, connector.id, which);
    return { runs, schedules: [await scheduleState(access, connector)] };
  } catch (error) {
    throw temporalProblem(error, access);
  }
}

async function fromSite(session: Session, connector: ConnectorConfig): Promise<Told> {
  return { sites: [await siteState(session, connector)] };
}

/** The parts of all sources of all connectors. */
function together(answers: readonly Answer[]): StatusDocument {
  const told = answers.map((answer) => answer.told);
  const failed = answers.filter(({ problem }) => problem !== null);
  const itemsOfDay = new Map(told.flatMap((each) => [...(each.itemsOfDay ?? [])]));
  return {
    runs: told
      .flatMap(({ runs = [] }) => runs)
      .map((run) => {
        const { progress, workflowId } = run;
        if (progress === null) return run;
        return {
          ...run,
          progress: { ...progress, itemsOfDay: itemsOfDay.get(workflowId) ?? null },
        };
      }),
    drained: told.flatMap(({ drained = [] }) => drained),
    schedules: told.flatMap(({ schedules = [] }) => schedules),
    days: told.flatMap(({ days = [] }) => days),
    week: told.flatMap(({ week = [] }) => week),
    alarms: told.flatMap(({ alarms = [] }) => alarms),
    held: told.flatMap(({ held = [] }) => held),
    sites: told.flatMap(({ sites = [] }) => sites),
    waivedDays: told.flatMap(({ waivedDays = [] }) => waivedDays),
    missing: told.flatMap(({ missing = [] }) => missing),
    unreachable: [...new Set(failed.flatMap(({ problem }) => problem?.message ?? []))],
    silent: failed.flatMap(({ connector, source }) =>
      source === 'site' ? [] : [{ connector, source }],
    ),
  };
}
