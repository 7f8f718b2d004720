import { treeAt } from '../../../config/tree.ts';
import { stagingCheck } from '../../check.ts';
import type { Values } from '../question.ts';
import { question, secret, setting } from '../question.ts';
import { azureSheet } from '../sheets/azure.ts';
import type { Step } from '../step.ts';

const byIdentity = (values: Values) => values['storage-login'] === 'identity';

export const storageStep: Step = {
  name: 'storage',
  title: 'Azure Storage',
  words: () =>
    'Three containers keep what was received and what became of it: NAME, NAME-books and NAME-state.',
  questions: [
    question({
      key: 'storage-login',
      kind: 'choice',
      ask: 'How does it log in to the storage account?',
      about: 'how it logs in to the storage account',
      choices: [
        { value: 'identity', label: 'by the Azure identity of the worker (AZURE_* or managed)' },
        { value: 'connection-string', label: 'by a connection string' },
      ],
      proposal: () => 'identity',
      read: (connector) => {
        const staging = treeAt(connector, 'staging');
        if (staging === null) return null;
        return 'account' in staging ? 'identity' : 'connection-string';
      },
    }),
    setting(['staging', 'account'], {
      key: 'storage-account',
      ask: 'Address of the storage account, https://NAME.blob.core.windows.net',
      about: 'address of the storage account',
      when: byIdentity,
    }),
    secret(['staging', 'connectionString'], {
      key: 'storage-connection-string',
      ask: 'Connection string of the storage account',
      about: 'connection string of the storage account',
      when: (values) => !byIdentity(values),
    }),
    setting(['staging', 'container'], {
      key: 'storage-container',
      ask: 'Name of the content container; of this connector alone',
      about: 'name of the content container',
      proposal: ({ connector }) =>
        connector === undefined || connector === 'o2' ? 'o2-archive' : `${connector}-archive`,
    }),
  ],
  attempt: {
    what: 'Reaching the storage account',
    async run(desk, answers) {
      const { session, connector } = desk.trial(answers, ['staging']);
      const { state = 'ok', message } = await stagingCheck(session, connector);
      // Making them is part of the finish: until the review nothing is written anywhere.
      return state === 'ok' ? message : `it answers; made at the finish: ${message}`;
    },
  },
  sheet: azureSheet,
};
