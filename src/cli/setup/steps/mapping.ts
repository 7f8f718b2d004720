import { resolve } from 'node:path';

import { tryMapping } from '../../mapping.ts';
import { question, setting } from '../question.ts';
import type { Step } from '../step.ts';

export const mappingStep: Step = {
  name: 'mapping',
  title: 'User mapping',
  words: () =>
    [
      'Whose copy goes where: the custom CSV (mobileNumber,email) is asked first, then the address that',
      'the item itself names (automatic). Whoever is in neither is held and listed, never dropped.',
    ].join(' '),
  questions: [
    setting(['mapping', 'automatic'], {
      key: 'automatic',
      kind: 'yes-no',
      ask: 'Automatic mapping, by the address of each party?',
      about: 'automatic mapping, by the address of each party',
      standing: 'yes',
    }),
    setting(['mapping', 'custom'], {
      key: 'custom',
      kind: 'yes-no',
      ask: 'Custom mapping, by your CSV, first?',
      about: 'custom mapping, by your CSV',
      standing: 'yes',
      problem: (value, { automatic }) =>
        value === 'no' && automatic === 'no'
          ? 'With neither of the two nobody is found. Answer yes, or give the flag --automatic yes.'
          : null,
    }),
    setting(['mapping', 'defaultCountry'], {
      key: 'default-country',
      ask: 'Country of numbers without a country code',
      about: 'country of numbers without a country code, two letters',
      standing: 'GB',
    }),
    question({
      key: 'mapping-file',
      ask: 'The CSV file; it is checked now and put in force at the finish. Empty: later',
      about: 'CSV file with the header mobileNumber,email, put in force at the finish',
      isOptional: true,
      when: ({ custom }) => custom === 'yes',
    }),
  ],
  attempt: {
    what: 'Checking the mapping',
    async run(desk, answers) {
      const file = answers.values['mapping-file'] ?? '';
      if (answers.values['custom'] !== 'yes' || file === '') return 'no CSV to check';
      const { session, connector } = desk.trial(answers, ['tenant', 'mapping', 'mailbox']);
      return tryMapping(session, connector, resolve(file));
    },
  },
  sheet: null,
};
