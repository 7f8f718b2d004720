import type { Tree } from '../../../config/tree.ts';
import { treeAt } from '../../../config/tree.ts';
import { tenantCheck } from '../../check.ts';
import { valueAt } from '../paths.ts';
import type { Entry, Question, Values } from '../question.ts';
import { listed, question, secret, setting } from '../question.ts';
import { microsoft365Sheet, scopeCommands } from '../sheets/microsoft-365.ts';
import type { Step } from '../step.ts';

/** What Entra shows, with small letters or capitals. */
const GUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/iu;
const DOMAIN = /^([a-z\d]([a-z\d-]*[a-z\d])?\.)+[a-z]{2,}$/iu;
const GUID_EXAMPLE = '11111111-2222-3333-4444-555555555555';

const IDENTITIES = ['managedIdentity', 'workloadIdentity'] as const;

const login = (values: Values) => values['app-login'];

const LOGIN: Question = question({
  key: 'app-login',
  kind: 'choice',
  ask: 'How does the app prove who it is?',
  about: 'how the app proves who it is',
  choices: [
    { value: 'certificate', label: 'by a certificate' },
    { value: 'secret', label: 'by a client secret' },
    { value: 'managedIdentity', label: 'as the managed identity of the machine, without an app' },
    { value: 'workloadIdentity', label: 'by Kubernetes workload identity' },
  ],
  proposal: () => 'certificate',
  read: (connector) => {
    const tenant = treeAt(connector, 'tenant');
    if (tenant === null) return null;
    if ('certificateFile' in tenant) return 'certificate';
    return IDENTITIES.find((each) => each in tenant) ?? 'secret';
  },
  write: (value, connector) => IDENTITIES.map((each) => identityEntry(each, value, connector)),
});

/** `managedIdentity: true`, or the mapping with an id of its own that stands there already. */
function identityEntry(name: string, value: string | null, connector: Tree): Entry {
  const path = ['tenant', name];
  return [path, value === name ? (valueAt(connector, path) ?? true) : undefined];
}

const APP: readonly Question[] = [
  setting(['tenant', 'cloud'], {
    key: 'cloud',
    kind: 'choice',
    ask: 'Microsoft 365 cloud',
    about: 'Microsoft 365 cloud',
    choices: [
      { value: 'global', label: 'global, GCC too' },
      { value: 'usgov', label: 'US Government, GCC High' },
      { value: 'usgov-dod', label: 'US Government, DoD' },
      { value: 'china', label: 'China, by 21Vianet' },
    ],
    standing: 'global',
  }),
  setting(['tenant', 'tenantId'], {
    key: 'tenant-id',
    ask: 'Directory (tenant) id',
    about: 'directory (tenant) id',
    problem: (value) =>
      GUID.test(value) || DOMAIN.test(value)
        ? null
        : `It must be the GUID that Entra shows under Overview, or a domain of the tenant. Example: ${GUID_EXAMPLE}`,
  }),
  LOGIN,
  setting(['tenant', 'clientId'], {
    key: 'client-id',
    ask: 'Application (client) id',
    about: 'application (client) id',
    when: (values) => login(values) === 'certificate' || login(values) === 'secret',
    problem: (value) =>
      GUID.test(value)
        ? null
        : `It must be the GUID that Entra shows under App registrations. Example: ${GUID_EXAMPLE}`,
    // One that stands beside an identity chooses among several of them.
    write: (value) => (value === null ? [] : [[['tenant', 'clientId'], value]]),
  }),
  secret(['tenant', 'clientSecret'], {
    key: 'client-secret',
    ask: 'Client secret (its value, not its id)',
    about: 'client secret',
    when: (values) => login(values) === 'secret',
  }),
  setting(['tenant', 'certificateFile'], {
    key: 'certificate-file',
    ask: 'PEM file with the certificate and its private key',
    about: 'PEM file with certificate and private key',
    when: (values) => login(values) === 'certificate',
  }),
  setting(['tenant', 'ownDomains'], {
    key: 'own-domains',
    kind: 'list',
    ask: 'Your domains, with commas. Who has an address in them is one of yours',
    about: 'your domains, with commas',
    problem: (value) => (listed(value).length > 0 ? null : 'Name at least one: example.com'),
  }),
];

/** Asked by no conversation: the stand-ins of tests are not Microsoft's own addresses. */
const ENDPOINTS: readonly Question[] = [
  setting(['tenant', 'graphEndpoint'], {
    key: 'graph-endpoint',
    ask: 'Graph root, for tests',
    about: 'Graph root, for tests',
    isOptional: true,
    isSilent: true,
  }),
  setting(['tenant', 'authorityHost'], {
    key: 'authority-host',
    ask: 'Token endpoint root, for tests',
    about: 'token endpoint root, for tests',
    isOptional: true,
    isSilent: true,
  }),
];

export const microsoft365Step: Step = {
  name: 'microsoft-365',
  title: 'Microsoft 365 app',
  words: () =>
    [
      'The app needs two rights, and no more: User.Read.All (Entra, with admin consent), and',
      'Application Mail.ReadWrite scoped to the mailboxes (Exchange). Never consent Mail.ReadWrite in',
      'Entra: it would reach every mailbox. A right takes 30 minutes to 2 hours. In short, in the',
      'PowerShell of Exchange Online:',
    ].join(' '),
  commands: scopeCommands,
  questions: [
    ...ENDPOINTS,
    ...APP,
    setting(['mailbox', 'messageIdDomain'], {
      key: 'message-id-domain',
      ask: 'Right side of every Message-ID. Messages are found again by it: for good',
      about: 'right side of every Message-ID, for good',
      proposal: (values) => {
        const [domain] = listed(values['own-domains'] ?? '');
        return domain === undefined ? null : `o2-archive.${domain}`;
      },
      // What a connector of the file without one has used until now.
      standing: 'o2-archive.example.com',
    }),
    question({
      key: 'try-mailbox',
      ask: 'A mailbox in the scope, to try the rights on. It is only read, and only its inbox’s name',
      about: 'a mailbox in the scope, to try the rights on',
      problem: (value) =>
        /^[^@\s]+@[^@\s]+$/u.test(value) ? null : 'It must be an address: someone@example.com',
      read: (connector) => {
        const canary = valueAt(connector, ['tenant', 'canaryMailbox']);
        return typeof canary === 'string' ? canary : null;
      },
    }),
  ],
  attempt: {
    what: 'Asking for a token, a user and the mailbox',
    async run(desk, answers) {
      const { session, connector } = desk.trial(answers, ['tenant']);
      const mailbox = answers.values['try-mailbox'] ?? null;
      return (await tenantCheck(session, connector, mailbox)).message;
    },
  },
  sheet: microsoft365Sheet,
};
