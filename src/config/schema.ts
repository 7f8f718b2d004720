import { z } from 'zod';

import { isArchiveDay } from '../domain/archive-day.ts';
import { address, form, httpsRoot, secretName, text, utcTime, whole } from './fields.ts';

/**
 * The configuration file as data: names, shapes, bounds, defaults, one example each. The JSON
 * Schema in `schema/`, the messages about faults and the documentation all come from here. What
 * needs more than one key is checked in cross-checks.ts.
 */

const SAMPLE_ID = '11111111-2222-3333-4444-555555555555';
const MEBIBYTE = 1_048_576;
/** What Microsoft Graph takes as one attachment by upload session. */
const MAX_ATTACHMENT_BYTES = 150 * MEBIBYTE;

const container = form(
  /^(?!.*--)[a-z0-9][a-z0-9-]{1,55}[a-z0-9]$/,
  'must be 3 to 57 lower-case letters, digits and single hyphens',
  'Name of the content container; <name>-books and <name>-state stand beside it.',
  'o2-archive',
);

const day = z
  .string()
  .trim()
  .refine(isArchiveDay, 'must be a day, YYYY-MM-DD')
  .meta({
    description: 'The first archive day. No day before it is taken.',
    examples: ['2026-12-01'],
  });

const sftp = z.strictObject({
  host: text('Host name of the TeleMessage SFTP site.', 'sftp.example.com'),
  port: whole('Its port.', { min: 1, max: 65_535, example: 22 }).default(22),
  username: text('User name of the TeleMessage account.', 'acme'),
  passwordEnv: secretName('Variable that holds the password.', 'O2_SFTP_PASSWORD').optional(),
  passwordFile: text('File that holds the password.', '/run/secrets/telemessage').optional(),
  privateKeyFile: text('File that holds the private key.', '/run/secrets/sftp-key').optional(),
  privateKeyPassphraseEnv: secretName(
    'Variable: passphrase of the private key.',
    'O2_SFTP_PASSPHRASE',
  ).optional(),
  privateKeyPassphraseFile: text(
    'File: passphrase of the private key.',
    '/run/secrets/sftp-passphrase',
  ).optional(),
  hostKey: form(
    /^SHA256:[A-Za-z0-9+/]{43}=?$/,
    'must be the SHA-256 fingerprint of the host key, SHA256: and 43 characters',
    'Fingerprint of the host key, as `ssh-keyscan HOST | ssh-keygen -lf -` prints it.',
    'SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDvS8dVAyGdXSTkPlk',
  ).optional(),
  path: text('Folder at the site.', '/outgoing').default('/outgoing'),
});

const directory = z.strictObject({
  path: text('Folder of the package files.', '/srv/telemessage'),
});

const azureBlob = z.strictObject({
  account: httpsRoot('Storage account.', 'https://acme.blob.core.windows.net').optional(),
  connectionStringEnv: secretName('Variable: connection string.', 'O2_SOURCE').optional(),
  connectionStringFile: text('File: connection string.', '/run/secrets/source').optional(),
  container: text('Container that the vendor delivers to.', 'telemessage'),
  prefix: z
    .string()
    .default('')
    .meta({ description: 'What the package names start with.', examples: ['outgoing/'] }),
});

const source = z.strictObject({
  sftp: sftp.optional(),
  directory: directory.optional(),
  azureBlob: azureBlob.optional(),
  lookbackDays: whole('Days before the run’s own that are worked off again.', {
    min: 0,
    max: 366,
    example: 7,
  }).default(7),
  quietSeconds: whole('A file is taken when unchanged for this long.', {
    min: 0,
    max: 86_400,
    example: 60,
  }).default(60),
});

const schedule = z
  .strictObject({
    at: utcTime('When the daily run starts.', '"02:00"').default('02:00'),
    waitUntil: utcTime('Until when it waits for a package.', '"20:00"').default('20:00'),
    catchupDays: whole('How far back missed days are made up.', {
      min: 1,
      max: 1000,
      example: 30,
    }).default(30),
  })
  .prefault({});

const staging = z.strictObject({
  account: httpsRoot('Storage account.', 'https://acme.blob.core.windows.net').optional(),
  connectionStringEnv: secretName('Variable: connection string.', 'O2_STAGING').optional(),
  connectionStringFile: text('File: connection string.', '/run/secrets/staging').optional(),
  container,
});

const identity = z.strictObject({
  clientId: text('Client id of a user-assigned identity.', SAMPLE_ID).optional(),
});

const tenant = z.strictObject({
  cloud: z
    .enum(['global', 'usgov', 'usgov-dod', 'china'])
    .default('global')
    .meta({ description: 'Microsoft 365 cloud.', examples: ['global'] }),
  tenantId: text('Directory (tenant) id.', SAMPLE_ID),
  clientId: text('Application (client) id.', SAMPLE_ID).optional(),
  clientSecretEnv: secretName('Variable: client secret.', 'O2_GRAPH_SECRET').optional(),
  clientSecretFile: text('File: client secret.', '/run/secrets/graph').optional(),
  certificateFile: text('PEM with certificate and key.', '/run/secrets/graph.pem').optional(),
  managedIdentity: z
    .union([z.literal(true), identity])
    .optional()
    .meta({ description: 'Use the managed identity of the machine.', examples: [true] }),
  workloadIdentity: z
    .union([z.literal(true), identity])
    .optional()
    .meta({ description: 'Use Kubernetes workload identity.', examples: [true] }),
  ownDomains: z
    .array(
      form(
        /^(?!-)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/,
        'must be a domain',
        'A domain whose addresses are ours.',
        'example.com',
      ),
    )
    .default([])
    .meta({ description: 'Domains whose addresses are ours.', examples: [['example.com']] }),
  canaryMailbox: address(
    'Mailbox for the canary before each run.',
    'canary@example.com',
  ).optional(),
  graphEndpoint: httpsRoot('Graph root, for tests.', 'https://127.0.0.1:8443').optional(),
  authorityHost: httpsRoot('Token endpoint root, for tests.', 'https://127.0.0.1:8443').optional(),
});

const mapping = z
  .strictObject({
    automatic: z
      .boolean()
      .default(true)
      .meta({ description: 'Map by the e-mail address of each party.', examples: [true] }),
    custom: z
      .boolean()
      .default(true)
      .meta({ description: 'Map by the CSV file, first.', examples: [true] }),
    defaultCountry: form(
      /^[A-Z]{2}$/,
      'must be a country of two capital letters',
      'Country of numbers without a country code.',
      'GB',
    ).default('GB'),
    maxRemovedShare: z
      .number()
      .min(0)
      .max(1)
      .default(0.2)
      .meta({
        description:
          'A new mapping that drops a larger share of the numbers in force is refused without --force.',
        examples: [0.2],
      }),
  })
  .prefault({});

const mailbox = z
  .strictObject({
    folder: z
      .string()
      .trim()
      .min(1)
      .max(255)
      .default('O2 SMS and Voice Network Archiver')
      .meta({
        description: 'Folder in each mailbox.',
        examples: ['O2 SMS and Voice Network Archiver'],
      }),
    itemClass: form(
      /^IPM\.[A-Za-z0-9.]{1,200}$/,
      'must be a message class that starts with IPM.',
      'Message class of the messages.',
      'IPM.Note',
    ).default('IPM.Note'),
    messageIdDomain: form(
      /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/,
      'must be a domain',
      'Right side of every Message-ID. Never change it: messages are found again by it.',
      'o2-archive.example.com',
    ).default('o2-archive.example.com'),
    unmatched: address('Mailbox for items of nobody.', 'unmatched@example.com').optional(),
  })
  .prefault({});

const report = z
  .strictObject({
    deliverTo: z
      .array(address('Mailbox of a reader.', 'compliance@example.com'))
      .max(50)
      .default([])
      .meta({
        description: 'Mailboxes that get each report.',
        examples: [['compliance@example.com']],
      }),
    registeredUsersFile: text(
      'CSV of the users registered at TeleMessage.',
      'users.csv',
    ).optional(),
  })
  .prefault({});

const notify = z
  .strictObject({
    webhookUrlEnv: secretName('Variable: address called at an alarm.', 'O2_WEBHOOK').optional(),
    webhookUrlFile: text('File: address called at an alarm.', '/run/secrets/webhook').optional(),
    heartbeatUrlEnv: secretName('Variable: address called daily.', 'O2_HEARTBEAT').optional(),
    heartbeatUrlFile: text('File: address called daily.', '/run/secrets/heartbeat').optional(),
  })
  .prefault({});

const limits = z
  .strictObject({
    maxItemBytes: whole('Most decoded attachment bytes of one message.', {
      min: 1,
      max: MAX_ATTACHMENT_BYTES,
      example: 150_000_000,
    }).default(150_000_000),
    settleSeconds: whole('Wait before a look-up after an unclear answer.', {
      min: 0,
      max: 3600,
      example: 90,
    }).default(90),
    parkMinutes: whole('How long a mailbox may hold up its items.', {
      min: 0,
      max: 1440,
      example: 120,
    }).default(120),
    workers: whole('Worker processes that share the mailbox limits.', {
      min: 1,
      max: 1000,
      example: 1,
    }).default(1),
  })
  .prefault({});

const connector = z.strictObject({
  id: form(
    /^[a-z0-9-]{1,32}$/,
    'must be 1 to 32 lower-case letters, digits and hyphens',
    'Names the connector in Temporal, in staging and on the command line. Never change it.',
    'o2',
  ),
  startDay: day,
  source,
  schedule,
  staging,
  tenant,
  mapping,
  mailbox,
  report,
  notify,
  limits,
});

export const configSchema = z
  .strictObject({
    connectors: z
      .array(connector)
      .min(1, 'must hold at least one connector')
      .meta({ description: 'One entry for each TeleMessage account or tenant.' }),
  })
  .meta({ title: 'O2 Network Archiver', description: 'The file o2-archiver.yaml.' });

export type ConfigFile = z.output<typeof configSchema>;
export type ConnectorFile = ConfigFile['connectors'][number];
