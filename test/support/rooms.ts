/**
 * The dependency rule as data: what each room of `src/` may import. ESLint enforces it while one
 * types (eslint.config.js), test/unit/architecture.test.ts walks the imports and asserts it again.
 * What is not listed is forbidden.
 */
export interface Room {
  /** Folder below `src/`. */
  readonly name: string;
  /** Rooms whose values it may import. */
  readonly rooms: readonly string[];
  /** Rooms of which it may import types only. */
  readonly types: readonly string[];
  /** Packages it may import; `node:` stands for all of Node's own modules, `*` for any package. */
  readonly packages: readonly string[];
  /** Why, in the words that the linter shows. */
  readonly why: string;
}

const ADAPTERS = ['telemessage', 'staging', 'message', 'directory', 'mailbox', 'notify'] as const;

function adapter(name: (typeof ADAPTERS)[number], packages: readonly string[]): Room {
  return {
    name,
    rooms: ['domain'],
    types: [],
    packages: ['node:', ...packages],
    why: `${name}/ is an adapter: it knows domain/, Node and its own packages, never another adapter and never Temporal, so that each can be tested and replaced alone. Declare the port you need and let worker.ts or client.ts join them.`,
  };
}

export const ROOMS: readonly Room[] = [
  {
    name: 'domain',
    rooms: [],
    types: [],
    packages: [],
    why: 'domain/ says what the words mean and is pure: no other room, no Node module, no package (phone-number.ts may use libphonenumber-js). Pass in what it needs.',
  },
  adapter('telemessage', [
    'ssh2-sftp-client',
    'ssh2',
    'yauzl',
    'mailparser',
    'iconv-lite',
    'htmlparser2',
  ]),
  adapter('staging', ['@azure/storage-blob', '@azure/identity']),
  adapter('message', ['mimetext']),
  adapter('directory', ['csv-parse']),
  adapter('mailbox', [
    '@azure/identity',
    '@microsoft/microsoft-graph-client',
    '@microsoft/microsoft-graph-types',
    'undici',
  ]),
  adapter('notify', []),
  {
    name: 'activities',
    rooms: ['domain'],
    types: ['workflows', ...ADAPTERS],
    packages: ['node:', '@temporalio/activity', '@temporalio/common'],
    why: 'activities/ are thin: they take references, call what worker.ts hands in, heartbeat and translate errors. Of adapters and workflows/ they know types only.',
  },
  {
    name: 'workflows',
    rooms: ['domain'],
    types: ['activities'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
    why: 'workflows/ run in the deterministic sandbox: domain/, their own contracts and types of activities only. Whatever touches the world is an activity.',
  },
  {
    name: 'verify',
    rooms: ['domain'],
    types: ADAPTERS,
    packages: ['node:'],
    why: 'verify/ compares what the others left behind: it reads by the ports that connections.ts hands in, knows types of adapters only, and writes nothing.',
  },
  {
    name: 'config',
    rooms: ['domain'],
    types: [],
    packages: ['node:', 'yaml', 'zod', '@temporalio/envconfig'],
    why: 'config/ turns YAML and environment into a frozen Config and builds nothing.',
  },
  {
    name: 'cli',
    rooms: ['domain', 'config', 'workflows', 'verify', ...ADAPTERS],
    types: ['activities'],
    packages: ['*'],
    why: 'cli/ parses, calls, prints and exits; it does not run activities.',
  },
];

/** Files that may import packages which the rest of their room may not. */
export const ONLY_IN = [
  { file: 'domain/phone-number.ts', room: 'domain', packages: ['libphonenumber-js'] },
] as const;

/** Files directly in `src/` that nothing below it may import. */
export const ROOTS = ['worker.ts', 'client.ts'] as const;
