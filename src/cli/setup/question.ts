import type { Tree } from '../../config/tree.ts';
import { valueAt } from './paths.ts';
import type { Desk } from './desk.ts';

/**
 * What was answered, by question, in the form in which it stands in the draft. Empty: answered with
 * nothing. A secret is never in it: `typed`, `file:PATH` or `env:NAME` says where it is.
 */
export type Values = Readonly<Record<string, string>>;

export type Kind = 'text' | 'number' | 'list' | 'yes-no' | 'choice' | 'secret';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** A place below the connector in the file and what comes to stand there; undefined takes it out. */
export type Entry = readonly [path: readonly string[], value: unknown];

/** One question of the conversation. It is asked when no flag, draft or file has answered it. */
export interface Question {
  /** Its flag without the dashes. */
  readonly key: string;
  readonly kind: Kind;
  readonly ask: string;
  /** Of its flag, in the help. */
  readonly about: string;
  readonly choices: readonly Choice[];
  /** An empty answer is one. */
  readonly isOptional: boolean;
  /** Its proposal is taken by nobody but a person who saw it, or by its flag. */
  readonly isSaid: boolean;
  /** Only its flag answers it. */
  readonly isSilent: boolean;
  /** Whether the answers so far lead to it. */
  readonly when: (values: Values) => boolean;
  readonly proposal: (values: Values, desk: Desk) => Promise<string> | string | null;
  /** What holds where the file says nothing. */
  readonly standing: string | null;
  /** What the rules of the configuration do not know: what is wrong with it, and the cure. */
  readonly problem: (value: string, values: Values) => string | null;
  /** The answer that a connector of the file gives. */
  readonly read: (connector: Tree) => string | null;
  /** What the answer changes in the connector; null for no answer. */
  readonly write: (value: string | null, connector: Tree) => readonly Entry[];
}

type Asked = Pick<Question, 'key' | 'ask' | 'about'> & Partial<Question>;

/** A question whose answer stands in no file, unless it says where. */
export function question(asked: Asked): Question {
  const standing = asked.standing ?? null;
  return {
    kind: 'text',
    choices: [],
    isOptional: false,
    isSaid: false,
    isSilent: false,
    when: () => true,
    proposal: () => standing,
    problem: () => null,
    read: () => null,
    write: () => [],
    ...asked,
    standing,
  };
}

/** A question whose answer stands at one place of the connector. */
export function setting(path: readonly string[], asked: Asked): Question {
  const { kind = 'text', standing = null } = asked;
  return question({
    read: (connector) => shown(valueAt(connector, path)),
    write: (value, connector) => {
      // The file stays short: what holds anyway is not written into it.
      const isPlain = value === standing && valueAt(connector, path) === undefined;
      return isPlain ? [] : [[path, value === null ? undefined : typed(kind, value)]];
    },
    ...asked,
  });
}

/** A secret: `path` with `File` or `Env` at its end says where it is. */
export function secret(path: readonly string[], asked: Asked): Question {
  const name = path.at(-1) ?? '';
  const at = (ending: 'File' | 'Env') => [...path.slice(0, -1), `${name}${ending}`];
  return question({
    kind: 'secret',
    read: (connector) => {
      const [file, variable] = [valueAt(connector, at('File')), valueAt(connector, at('Env'))];
      if (typeof file === 'string') return `file:${file}`;
      return typeof variable === 'string' ? `env:${variable}` : null;
    },
    write: (value) => [
      [at('File'), value?.startsWith('file:') === true ? value.slice(5) : undefined],
      [at('Env'), value?.startsWith('env:') === true ? value.slice(4) : undefined],
    ],
    ...asked,
  });
}

/** The flag that gives this answer: of a secret by where it is. */
export function flagOf({ key, kind }: Pick<Question, 'key' | 'kind'>, value = ''): string {
  if (kind !== 'secret') return `--${key}`;
  if (value.startsWith('file:')) return `--${key}-file`;
  if (value.startsWith('env:')) return `--${key}-env`;
  return `--${key}-file PATH or --${key}-env NAME`;
}

/** `a@example.com, b@example.com` → the two of them. */
export function listed(value: string): string[] {
  return value.split(/[\s,;]+/u).filter((each) => each !== '');
}

function typed(kind: Kind, value: string): unknown {
  switch (kind) {
    case 'number':
      return /^\d+$/u.test(value) ? Number(value) : value;
    case 'list':
      return listed(value);
    case 'yes-no':
      return value === 'yes';
    case 'text':
    case 'choice':
    case 'secret':
      return value;
  }
}

function shown(value: unknown): string | null {
  if (Array.isArray(value)) return value.map(String).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
