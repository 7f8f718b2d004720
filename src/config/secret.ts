import { inspect } from 'node:util';

const SHOWN = '[secret]';

/**
 * A value that no log, error or JSON document shows: every usual way to print it gives `[secret]`.
 * `reveal()` is called where the value is handed to the library that needs it, and nowhere else.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    Object.freeze(this);
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
