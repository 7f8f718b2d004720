import type { Output } from '../output.ts';
import type { Prompts } from './prompts.ts';

/** Where nobody can be asked: everything must be given, and is asked for by no one. */
export function unattendedPrompts(output: Output): Prompts {
  const never = (): never => {
    throw new Error('nobody can be asked here');
  };
  return {
    say: (text) => output.note(text),
    copy: (text) => output.note(text),
    warn: (text) => output.note(text),
    text: never,
    secret: never,
    choose: never,
    wait(what, work) {
      output.note(`${what} …`);
      return work();
    },
  };
}
