/** Names and values of the environment, as the composition roots hand them on. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Gives the process's environment as it is now. The only read of `process.env` in `src/`. */
export function readEnvironment(): Environment {
  return Object.freeze({ ...process.env });
}
