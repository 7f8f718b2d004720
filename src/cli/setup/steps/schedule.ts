import { temporalChecks } from '../../check-temporal.ts';
import { UnreachableError } from '../../exit.ts';
import { isCurable } from '../curable.ts';
import { setting } from '../question.ts';
import { temporalSheet } from '../sheets/temporal.ts';
import type { Step } from '../step.ts';

const TIME = /^\d{2}:\d{2}$/u;

export const scheduleStep: Step = {
  name: 'schedule',
  title: 'Schedule',
  words: () =>
    'Temporal runs the day before, every day. It is found by the standard TEMPORAL_* variables.',
  questions: [
    setting(['schedule', 'at'], {
      key: 'at',
      ask: 'When does the daily run start (UTC, HH:MM)?',
      about: 'when the daily run starts, HH:MM of UTC',
      standing: '02:00',
    }),
    setting(['schedule', 'waitUntil'], {
      key: 'wait-until',
      ask: 'Until when does it wait for a late package (UTC, HH:MM)?',
      about: 'until when it waits for a late package, HH:MM of UTC',
      standing: '20:00',
      // Both are of the same date: the run would find that its time is over.
      problem: (value, { at = '' }) =>
        TIME.test(value) && TIME.test(at) && value < at
          ? `The run starts at ${at}, and at ${value} of the same day (UTC) its waiting would be over before. Give a later time, or ${at} itself for a run that never waits.`
          : null,
    }),
    setting(['schedule', 'catchupDays'], {
      key: 'catchup-days',
      kind: 'number',
      ask: 'How many days back are missed days made up?',
      about: 'how many days back missed days are made up',
      standing: '30',
    }),
  ],
  attempt: {
    what: 'Reaching Temporal',
    async run(desk, answers) {
      const { session, connector } = desk.trial(answers, ['schedule']);
      const [reach] = temporalChecks(session, connector);
      if (reach === undefined) throw new Error('the server is the first of the checks');
      const { message, cure } = await reach[1]().catch(namespaceProblem);
      return cure === undefined || cure === null ? message : `${message}. Better: ${cure}`;
    },
  },
  sheet: temporalSheet,
};

/** A server that answers and refuses has no such namespace, or keeps it from us. */
function namespaceProblem(error: unknown): never {
  if (isCurable(error)) throw error;
  const said = error instanceof Error ? error.message : String(error);
  throw new UnreachableError(`${said}. Create the namespace, or correct TEMPORAL_NAMESPACE.`, {
    cause: error,
  });
}
