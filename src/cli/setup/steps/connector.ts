import { setting } from '../question.ts';
import type { Step } from '../step.ts';

export const connectorStep: Step = {
  name: 'connector',
  title: 'Connector and first day',
  words: (_values, { ids, file }) =>
    ids.length === 0
      ? `A connector is one TeleMessage account for one tenant. Its id is for good.`
      : `In ${file}: ${ids.join(', ')}. Type one of them to change it, or a new id to add one.`,
  questions: [
    setting(['id'], {
      key: 'connector',
      ask: 'Id of the connector',
      about: 'id of the connector: lower-case letters, digits and hyphens, for good',
      proposal: (_values, { ids }) => ids[0] ?? 'o2',
    }),
    setting(['startDay'], {
      key: 'start-day',
      ask: 'First day to archive (UTC). No day before it is taken',
      about: 'first archive day, YYYY-MM-DD',
      proposal: (_values, { today }) => today,
    }),
  ],
  attempt: null,
  sheet: null,
};
