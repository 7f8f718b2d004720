import type { Step } from './step.ts';
import { connectorStep } from './steps/connector.ts';
import { mappingStep } from './steps/mapping.ts';
import { microsoft365Step } from './steps/microsoft-365.ts';
import { scheduleStep } from './steps/schedule.ts';
import { siteStep } from './steps/site.ts';
import { storageStep } from './steps/storage.ts';
import { termsStep } from './steps/terms.ts';

/** The conversation, in the order of Microsoft's own page for its connector. */
export const STEPS: readonly Step[] = [
  termsStep,
  connectorStep,
  siteStep,
  storageStep,
  microsoft365Step,
  mappingStep,
  scheduleStep,
];

export const QUESTIONS = STEPS.flatMap(({ questions }) => questions);
