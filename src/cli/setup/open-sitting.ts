import { dayOf } from '../../domain/archive-day.ts';
import type { Setup } from '../command.ts';
import { sessionOf } from '../command.ts';
import type { Output } from '../output.ts';
import type { Session } from '../session.ts';
import type { Candidate } from './candidate.ts';
import { trialConfig } from './candidate.ts';
import type { Desk } from './desk.ts';
import { connectorsOf } from './document.ts';
import { draftFile, readDraft, writeDraft } from './draft.ts';
import type { Guide } from './guide.ts';
import type { Values } from './question.ts';
import type { Sitting } from './sitting.ts';
import { idOf, knownOf } from './sitting.ts';
import { QUESTIONS } from './steps.ts';
import { unattendedPrompts } from './unattended.ts';
import { textOf, writeSheet } from './write-files.ts';

interface Opening {
  readonly guide: Guide;
  readonly flags: Values;
  readonly isYes: boolean;
  readonly said: Output;
  readonly temporal: Session['temporal'];
}

/**
 * What is there before the first question: the file, the draft, the flags.
 *
 * @throws {ConfigError} when the file is none that can be edited
 * @throws {UsageError} when the draft cannot be read
 */
export function openSitting(setup: Setup, opening: Opening): Sitting {
  const { guide, flags, isYes, said } = opening;
  const { file, readConfig } = guide;
  const text = textOf(file);
  // What is no list of connectors is not edited: this says where it breaks.
  if (text.trim() !== '' && connectorsOf(text).length === 0) readConfig(text, {});
  const candidate = (id: string): Candidate => ({ text, id, questions: QUESTIONS, readConfig });
  const drafts = draftFile(file);
  const draft = readDraft(drafts);
  const known = { text, draft, flags, questions: QUESTIONS };
  return {
    desk: deskOf(setup, opening, { text, candidate }),
    prompts: guide.prompts ?? unattendedPrompts(said),
    isInteractive: guide.prompts !== null,
    isYes,
    flags,
    draft,
    drafts,
    again: `o2-archiver setup --config ${file}`,
    answers: knownOf(flags['connector'] ?? draft?.latest, known),
    keepDraft({ values }) {
      const id = values['connector'];
      // Before it has a name there is nothing to find it by again.
      if (id === undefined) return;
      const connectors = { ...readDraft(drafts)?.connectors, [id]: values };
      writeDraft(drafts, { latest: id, connectors });
    },
    handOver: ({ name, text: page }) => writeSheet(file, name, page),
    candidate,
  };
}

function deskOf(
  setup: Setup,
  { guide, temporal }: Opening,
  { text, candidate }: { readonly text: string; readonly candidate: Sitting['candidate'] },
): Desk {
  return {
    file: guide.file,
    ids: connectorsOf(text).flatMap(({ id }) => (typeof id === 'string' ? [id] : [])),
    today: dayOf(setup.builders.now()),
    hostKey: guide.hostKey,
    trial(answers, sections) {
      const config = trialConfig(candidate(idOf(answers)), answers, sections);
      const [connector] = config.connectors;
      if (connector === undefined) throw new Error('a trial has its connector');
      const given = { config, connectors: [connector], isJson: false, temporal };
      return { connector, session: sessionOf(setup, given) };
    },
  };
}
