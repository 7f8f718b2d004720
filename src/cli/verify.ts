import type { Command } from 'commander';

import type { ConnectorConfig } from '../config/config.ts';
import type { Difference, DifferenceKind, Step } from '../verify/difference.ts';
import { DIFFERENCES } from '../verify/difference.ts';
import type { ProofPorts, Scope, ScopedPackage } from '../verify/ports.ts';
import type { ProofResult } from '../verify/proof.ts';
import { hasTraces } from '../verify/packages.ts';
import { verify } from '../verify/verify.ts';
import type { Setup } from './command.ts';
import { action, command, onlyConnector } from './command.ts';
import type { ExitCode } from './exit.ts';
import { EXIT } from './exit.ts';
import type { Chosen, DayOrSent } from './sent.ts';
import { chosen, findSent, withDayOrSent } from './sent.ts';
import type { Session } from './session.ts';
import { proofProgress } from './verify-progress.ts';
import { proofText } from './verify-text.ts';

type VerifyOptions = DayOrSent & { readonly readData?: boolean };

/** What `verify` found, as its JSON has it. */
export interface ProofDocument extends Omit<ProofResult, 'differences'> {
  readonly connector: string;
  /** The archive day; null for items by their own time. */
  readonly day: string | null;
  readonly sent: { readonly day: string; readonly timeZone: string } | null;
  readonly readData: boolean;
  /** `differs`: at least one difference. `unproven`: none, but some copies could not be read. */
  readonly verdict: 'proven' | 'differs' | 'unproven';
  readonly packages: readonly {
    readonly day: string;
    readonly package: string;
    readonly delivery: number;
    /** Items looked at. */
    readonly items: number;
  }[];
  readonly kinds: readonly {
    readonly kind: DifferenceKind;
    readonly step: Step;
    readonly count: number;
    readonly means: string;
    readonly next: string;
  }[];
  readonly differences: readonly Difference[];
  readonly requests: {
    /** To Azure Storage. */
    readonly storage: number;
    /** To Microsoft Graph; a batch is one. */
    readonly graph: number;
    /** Reads that went inside batches. */
    readonly graphReads: number;
  };
}

export function verifyCommand(setup: Setup): Command {
  const verifying = command(
    'verify',
    'proof by digest: package, item, message, receipt, mailbox; reads only',
    [
      'verify --day 2026-11-23',
      'verify --day 2026-11-23 --read-data --json > proof.json',
      'verify --sent 2026-11-23 --tz Europe/London',
    ],
  );
  return withDayOrSent(verifying)
    .option('--read-data', 'also read attachments and texts back from the mailboxes')
    .action(action(setup, 'one', verifyDay));
}

async function verifyDay(session: Session, options: VerifyOptions): Promise<ExitCode> {
  const connector = onlyConnector(session);
  const choice = chosen(options);
  // Says at once when the storage does not answer.
  await session.staging(connector);
  let storage = 0;
  const ports = await session.openProof(connector, () => {
    storage += 1;
  });
  const readData = options.readData === true;
  const progress = proofProgress(session.output, session.now);
  try {
    const scope = await scopeOf(ports, choice, connector);
    const { packages, result } = await verify(ports, scope, {
      readData,
      onProgress: (now) => progress.update(now),
    });
    const { requests, reads } = ports.copies.requests();
    const document = documentOf(connector, choice, packages, result, {
      readData,
      requests: { storage, graph: requests, graphReads: reads },
    });
    progress.close();
    session.output.result(document, () => proofText(document));
    return EXIT_CODES[document.verdict];
  } finally {
    progress.close();
  }
}

const EXIT_CODES = {
  proven: EXIT.done,
  differs: EXIT.notArchived,
  unproven: EXIT.unreachable,
} as const;

/** @throws {Error} when there is nothing to prove */
async function scopeOf(
  { staging }: ProofPorts,
  choice: Chosen,
  { id }: ConnectorConfig,
): Promise<Scope> {
  if (choice.by === 'day') {
    const { day } = choice;
    if (await hasTraces(staging, day)) return { of: 'day', day };
    throw new Error(
      `no package of ${day} is staged: there is nothing to verify. Archive the day: o2-archiver run --connector ${id} --day ${day} --wait`,
    );
  }
  const { packages } = await findSent(staging, choice.hours);
  if (packages.length === 0) {
    throw new Error(
      `no staged package holds an item of ${choice.day} (${choice.timeZone}): there is nothing to verify.`,
    );
  }
  return {
    of: 'items',
    packages: packages.map(({ listed, entries }) => ({
      day: listed.day,
      package: listed.package,
      delivery: listed.delivery,
      index: listed.path,
      entries,
    })),
  };
}

function documentOf(
  { id }: ConnectorConfig,
  choice: Chosen,
  packages: readonly ScopedPackage[],
  result: ProofResult,
  facts: Pick<ProofDocument, 'readData' | 'requests'>,
): ProofDocument {
  const { differences, unanswered } = result;
  const byKind = Map.groupBy(differences, ({ kind }) => kind);
  const verdict =
    differences.length > 0 ? 'differs' : unanswered.length > 0 ? 'unproven' : 'proven';
  return {
    connector: id,
    day: choice.by === 'day' ? choice.day : null,
    sent: choice.by === 'sent' ? { day: choice.day, timeZone: choice.timeZone } : null,
    verdict,
    packages: packages.map(({ day, package: name, delivery, entries }) => ({
      day,
      package: name,
      delivery,
      items: entries.length,
    })),
    ...result,
    kinds: [...byKind].map(([kind, all]) => ({ kind, count: all.length, ...DIFFERENCES[kind] })),
    ...facts,
  };
}
