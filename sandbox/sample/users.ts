/** A user of the sandbox's tenant. The stand-in and `--users FILE` take this form. */
export interface SampleUser {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly mail: string;
  readonly displayName: string;
  readonly accountEnabled: boolean;
  readonly proxyAddresses?: readonly string[];
  readonly mailbox?: 'none';
}

/** Domains whose addresses count as ours in the books. */
export const SAMPLE_OWN_DOMAINS: readonly string[] = ['tarnvesper.example.com'];

const FIRM = 'tarnvesper.example.com';

/** Object id of a user by its last part, e.g. 103 for Priya Raghunathan. */
export function userId(last: number): string {
  return `0f8e2a64-5b1c-4d3e-8a00-${String(last).padStart(12, '0')}`;
}

function user(last: number, displayName: string, local: string, rest: Partial<SampleUser> = {}) {
  const mail = `${local}@${FIRM}`;
  const accountEnabled = true;
  return { id: userId(last), userPrincipalName: mail, mail, displayName, accountEnabled, ...rest };
}

/** The tenant of Tarn & Vesper Ltd. */
export const SAMPLE_USERS: readonly SampleUser[] = [
  // Signs in by another name than her mail address.
  user(101, 'Imogen Vesper', 'imogen.vesper', { userPrincipalName: `ivesper@${FIRM}` }),
  user(102, 'Callum Tarn', 'callum.tarn'),
  user(103, 'Priya Raghunathan', 'priya.raghunathan'),
  user(104, 'Tomos Llywelyn', 'tomos.llywelyn', {
    proxyAddresses: [
      `SMTP:tomos.llywelyn@${FIRM}`,
      `smtp:tomos@${FIRM}`,
      `smtp:freight.desk@${FIRM}`,
    ],
  }),
  user(105, 'Agnieszka Wrona', 'agnieszka.wrona'),
  user(106, 'Mathieu Delcourt', 'mathieu.delcourt'),
  user(107, 'Layla Haddad', 'layla.haddad'),
  user(108, 'Junpei Arakawa', 'junpei.arakawa'),
  user(109, 'Zhuo Wei-Lin', 'weilin.zhuo'),
  user(110, 'Oskar Brandt', 'oskar.brandt'),
  user(111, 'Bethan Rees', 'bethan.rees'),
  user(112, 'Dev Chaudhary', 'dev.chaudhary'),
  user(113, 'Nadia Okonkwo', 'nadia.okonkwo', { mailbox: 'none' }),
  user(114, 'Reuben Castle', 'reuben.castle', { accountEnabled: false }),
  // Nobody's phone: takes the daily report.
  user(190, 'Compliance', 'compliance'),
];

/**
 * The custom mapping. Numbers stand in the forms that people type. Priya, Tomos and most others are
 * not in it; Oskar is found by it alone; the freight desk's phone is Agnieszka's by it.
 */
export const SAMPLE_MAPPING_CSV = [
  'mobileNumber,email',
  `+447700900101,imogen.vesper@${FIRM}`,
  `07700 900102,callum.tarn@${FIRM}`,
  `+447700900110,oskar.brandt@${FIRM}`,
  `+44 7700 900111,bethan.rees@${FIRM}`,
  `07700900114,reuben.castle@${FIRM}`,
  `+447700900116,agnieszka.wrona@${FIRM}`,
  '',
].join('\n');

/**
 * The person of ours whom neither rule finds. A row for the number, or a user with the address,
 * brings the held items home.
 */
export const SAMPLE_UNMAPPED = {
  name: 'Sol Petrakis',
  number: '+447700900115',
  address: `sol.petrakis@${FIRM}`,
} as const;
