import type { CANCEL_SYMBOL } from '@clack/prompts';
import { confirm, isCancel, log, password, select, text } from '@clack/prompts';

import { wrapped } from '../look.ts';
import { interruption } from '../wait.ts';
import type { Choice } from './question.ts';
import type { Prompts } from './prompts.ts';
import { Interrupted } from './prompts.ts';

/** Questions on a terminal. Standard output stays free for the result. */
export function terminalPrompts(output: NodeJS.WriteStream): Prompts {
  return {
    say: (words) => log.message(fitted(words, output.columns), { output }),
    warn: (words) => log.warn(fitted(words, output.columns), { output }),
    copy: (lines) => void output.write(`\n${lines}\n`),
    text: async ({ message, proposal, problem }) =>
      given(
        await text({
          message,
          ...(proposal === null ? {} : { placeholder: proposal, defaultValue: proposal }),
          validate: (value) =>
            problem(value === undefined || value === '' ? (proposal ?? '') : value) ?? undefined,
          output,
        }),
      ),
    secret: async ({ message, problem }) =>
      given(
        await password({
          message,
          validate: (value) => problem(value ?? '') ?? undefined,
          clearOnError: true,
          output,
        }),
      ),
    async choose({ message, choices, proposal }) {
      if (isYesNo(choices)) {
        const isYes = given(await confirm({ message, initialValue: proposal === 'yes', output }));
        return isYes ? 'yes' : 'no';
      }
      const options = choices.map(({ value, label }) => ({ value, label }));
      const initial = proposal === null ? {} : { initialValue: proposal };
      return given(await select({ message, options, ...initial, output }));
    },
    async wait(what, work) {
      log.step(`${what} …`, { output });
      const interrupt = interruption();
      try {
        const stopped = interrupt.signalled.then(() => {
          throw new Interrupted();
        });
        return await Promise.race([work(), stopped]);
      } finally {
        interrupt.stop();
      }
    },
  };
}

/** The bar at the left, and a gap. */
const GUIDE_COLUMNS = 3;
const LEAST_COLUMNS = 20;

/**
 * Lines broken between words where the terminal ends: it would break within them. What is indented
 * stays so, and the words beside a key (two spaces after it) stay beside it.
 */
export function fitted(text: string, columns: number): string {
  const width = Math.max(LEAST_COLUMNS, columns - GUIDE_COLUMNS);
  const lines = text.split('\n').flatMap((line) => {
    const lead = /^ */u.exec(line)?.[0] ?? '';
    const rest = line.slice(lead.length);
    const beside = /^\S+ {2,}/u.exec(rest)?.[0].length ?? 0;
    return wrapped(rest, width - lead.length, beside).map((each) => lead + each);
  });
  return lines.join('\n');
}

function isYesNo(choices: readonly Choice[]): boolean {
  return choices.map(({ value }) => value).join() === 'yes,no';
}

function given<T>(answer: T | typeof CANCEL_SYMBOL): T {
  if (isCancel(answer)) throw new Interrupted();
  return answer;
}
