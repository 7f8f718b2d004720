import { RunError } from '../domain/run-error.ts';

/**
 * Stops the calls of one connector's run when going on would only repeat one refusal: the token, or
 * every mailbox. The next run starts closed.
 */
export interface Breaker {
  /** @throws {RunError} what opened it. */
  check(connector: string, run: string): void;
  succeeded(connector: string, run: string): void;
  /** One mailbox, not known for it, answered that the app may not touch it. */
  denied(connector: string, run: string, mailbox: string): void;
  /** The token was refused, or Graph no longer does what it is asked. */
  open(connector: string, run: string, why: RunError): void;
}

/** So many first mailboxes that all refuse are the app's rights, not the mailboxes'. */
const FIRST_MAILBOXES = 5;
const MAX_RUNS_KEPT = 200;

interface RunState {
  readonly denied: Set<string>;
  hasSucceeded: boolean;
  why: RunError | null;
}

export function breaker(): Breaker {
  const runs = new Map<string, RunState>();
  const stateOf = (connector: string, run: string): RunState => {
    const key = `${connector} ${run}`;
    let state = runs.get(key);
    if (state === undefined) {
      state = { denied: new Set(), hasSucceeded: false, why: null };
      runs.set(key, state);
      const [oldest] = runs.keys();
      if (runs.size > MAX_RUNS_KEPT && oldest !== undefined) runs.delete(oldest);
    }
    return state;
  };
  return {
    check(connector, run) {
      const { why } = stateOf(connector, run);
      if (why !== null) throw why;
    },
    succeeded(connector, run) {
      const state = stateOf(connector, run);
      state.hasSucceeded = true;
      state.denied.clear();
    },
    denied(connector, run, mailbox) {
      const state = stateOf(connector, run);
      if (state.hasSucceeded) return;
      state.denied.add(mailbox);
      if (state.denied.size >= FIRST_MAILBOXES)
        state.why ??= new RunError('tenant-refused', ALL_DENIED);
    },
    open(connector, run, why) {
      stateOf(connector, run).why ??= why;
    },
  };
}

const ALL_DENIED =
  'The first five mailboxes all refused the app. Give it Application Mail.ReadWrite for them in Exchange (rights need up to two hours), then run again.';
