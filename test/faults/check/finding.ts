export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6';

/** What an item, a day or a store is accused of; the closing totals count these. */
export type Fault =
  | 'lost'
  | 'doubled'
  | 'wrong-mailbox'
  | 'bytes-differ'
  | 'report-open'
  | 'wrong-state'
  | 'leak'
  | 'second-run';

export interface Finding {
  readonly invariant: Invariant;
  readonly fault: Fault;
  /** Item, blob, mailbox or history. */
  readonly where: string;
  readonly text: string;
}
