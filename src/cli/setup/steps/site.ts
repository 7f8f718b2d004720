import type { Tree } from '../../../config/tree.ts';
import { treeAt } from '../../../config/tree.ts';
import { siteCheck } from '../../check.ts';
import { valueAt } from '../paths.ts';
import type { Question, Values } from '../question.ts';
import { question, secret, setting } from '../question.ts';
import { telemessageSheet } from '../sheets/telemessage.ts';
import type { Step } from '../step.ts';

const TRANSPORTS = ['sftp', 'directory', 'azureBlob'] as const;

const isSftp = ({ source }: Values) => source === 'sftp';
const byPassword = (values: Values) => isSftp(values) && values['sftp-login'] === 'password';
const byKey = (values: Values) => isSftp(values) && values['sftp-login'] === 'key';
const isBlob = ({ source }: Values) => source === 'azureBlob';

const SFTP: readonly Question[] = [
  setting(['source', 'sftp', 'host'], {
    key: 'sftp-host',
    ask: 'Host of the TeleMessage SFTP site',
    about: 'host of the TeleMessage SFTP site',
    when: isSftp,
  }),
  setting(['source', 'sftp', 'port'], {
    key: 'sftp-port',
    kind: 'number',
    ask: 'Port',
    about: 'its port',
    standing: '22',
    when: isSftp,
  }),
  setting(['source', 'sftp', 'hostKey'], {
    key: 'sftp-host-key',
    ask: 'The site shows this host key. Is it the one that TeleMessage told you? Enter pins it',
    about: 'its host key as TeleMessage told you, SHA256:…',
    isSaid: true,
    when: isSftp,
    // Read before any user name and password are sent there.
    proposal: (values, desk) =>
      desk.hostKey(values['sftp-host'] ?? '', Number(values['sftp-port'] ?? 22)),
  }),
  setting(['source', 'sftp', 'username'], {
    key: 'sftp-username',
    ask: 'User name of the TeleMessage account',
    about: 'user name of the TeleMessage account',
    when: isSftp,
  }),
  question({
    key: 'sftp-login',
    kind: 'choice',
    ask: 'How does it log in?',
    about: 'how it logs in',
    choices: [
      { value: 'password', label: 'by a password' },
      { value: 'key', label: 'by a private key' },
    ],
    proposal: () => 'password',
    when: isSftp,
    read: (connector) => {
      if (valueAt(connector, ['source', 'sftp']) === undefined) return null;
      const isKey = valueAt(connector, ['source', 'sftp', 'privateKeyFile']) !== undefined;
      return isKey ? 'key' : 'password';
    },
  }),
  secret(['source', 'sftp', 'password'], {
    key: 'sftp-password',
    ask: 'Password of the TeleMessage account',
    about: 'password of the TeleMessage account',
    when: byPassword,
  }),
  setting(['source', 'sftp', 'privateKeyFile'], {
    key: 'sftp-private-key-file',
    ask: 'File of the private key',
    about: 'file of the private key',
    when: byKey,
  }),
  secret(['source', 'sftp', 'privateKeyPassphrase'], {
    key: 'sftp-passphrase',
    ask: 'Passphrase of the private key',
    about: 'passphrase of the private key',
    isOptional: true,
    when: byKey,
  }),
  setting(['source', 'sftp', 'path'], {
    key: 'sftp-path',
    ask: 'Folder of the packages at the site',
    about: 'folder of the packages',
    standing: '/outgoing',
    when: isSftp,
  }),
];

const BLOB: readonly Question[] = [
  question({
    key: 'source-login',
    kind: 'choice',
    ask: 'How does it log in to the storage account that TeleMessage delivers to?',
    about: 'how it logs in to the storage account that is delivered to',
    choices: [
      { value: 'identity', label: 'by the Azure identity of the worker' },
      { value: 'connection-string', label: 'by a connection string' },
    ],
    proposal: () => 'identity',
    when: isBlob,
    read: (connector) => {
      const blob = treeAt(treeAt(connector, 'source') ?? {}, 'azureBlob');
      if (blob === null) return null;
      return 'account' in blob ? 'identity' : 'connection-string';
    },
  }),
  setting(['source', 'azureBlob', 'account'], {
    key: 'source-account',
    ask: 'Address of that storage account',
    about: 'address of the storage account that is delivered to',
    when: (values) => isBlob(values) && values['source-login'] === 'identity',
  }),
  secret(['source', 'azureBlob', 'connectionString'], {
    key: 'source-connection-string',
    ask: 'Connection string of that storage account',
    about: 'connection string of the storage account that is delivered to',
    when: (values) => isBlob(values) && values['source-login'] === 'connection-string',
  }),
  setting(['source', 'azureBlob', 'container'], {
    key: 'source-container',
    ask: 'Container that TeleMessage delivers to',
    about: 'container that is delivered to',
    when: isBlob,
  }),
  setting(['source', 'azureBlob', 'prefix'], {
    key: 'source-prefix',
    ask: 'What the names of the packages start with there',
    about: 'what the names of the packages start with',
    isOptional: true,
    when: isBlob,
  }),
];

export const siteStep: Step = {
  name: 'site',
  title: 'Log in to the TeleMessage site',
  words: () =>
    'TeleMessage delivers packages of messages. The login is tried now; nothing is fetched yet.',
  questions: [
    question({
      key: 'source',
      kind: 'choice',
      ask: 'Where does TeleMessage deliver?',
      about: 'where TeleMessage delivers',
      choices: [
        { value: 'sftp', label: 'to its own SFTP site, where they are fetched' },
        { value: 'directory', label: 'into a folder of this machine, such as a mounted share' },
        { value: 'azureBlob', label: 'to our Azure Storage' },
      ],
      proposal: () => 'sftp',
      read: transportOf,
    }),
    ...SFTP,
    setting(['source', 'directory', 'path'], {
      key: 'packages-folder',
      ask: 'Folder of the packages',
      about: 'folder of the packages',
      when: ({ source }) => source === 'directory',
    }),
    ...BLOB,
  ],
  attempt: {
    what: 'Logging in to the site',
    async run(desk, answers) {
      const { session, connector } = desk.trial(answers, ['source']);
      return (await siteCheck(session, connector)).message;
    },
  },
  sheet: telemessageSheet,
};

function transportOf(connector: Tree): string | null {
  const source = treeAt(connector, 'source') ?? {};
  return TRANSPORTS.find((transport) => transport in source) ?? null;
}
