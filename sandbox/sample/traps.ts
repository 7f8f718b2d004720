import type { Change, Conversation } from './script.ts';

const LONG_TERMS = [
  'Recap as agreed on the phone, subject details:',
  'MV Halcyon Tern or sub at owners’ option, 1 SP 1 SB Gdynia to 1 SP 1 SB Alexandria,',
  '25,000 mt 5 pct more or less owners’ option wheat in bulk,',
  'laycan 24/27 November, 8,000 mt load and 6,000 mt discharge per weather working day,',
  'Sundays and holidays excluded unless used, freight USD 16.25 per mt, 95 pct on signing,',
  'demurrage USD 14,500 per day pro rata, half despatch on laytime saved at both ends,',
  'dues on vessel for owners’ account, on cargo for charterers’ account,',
  'arbitration London, English law, otherwise as per last done with logical amendments.',
].join(' ');

/** Kept short on purpose: the vendor drops files above 25 MB and says so in the text alone. */
const FILES_REMOVED = [
  'Survey film of holds 1 to 3',
  '',
  'Total attachments size 31.6MB exceeds the 25MB maximum attachment size limit.',
  'The following files: hold-1.mp4, hold-2.mp4 were removed',
].join('\n');

/** Conversations whose wire is peculiar. The table of traps: docs/source-format.md. */
export const TRAPS: readonly Conversation[] = [
  {
    id: 'underwriter',
    between: ['callum', 'rosalind'],
    captures: ['callum'],
    lines: [
      ['09:48', 'rosalind', 'Thanks for the call. 0.12 pct, all risks, warehouse to warehouse.'],
      ['11:19', 'callum', 'Please bind the Halcyon Fern at 0.12.'],
      ['11:21', 'callum', 'Please bind the Halcyon Tern at 0.12.'],
      ['11:40', 'rosalind', 'Bound. Holds were surveyed this morning.'],
      ['11:42', 'rosalind', FILES_REMOVED, ['chart']],
    ],
  },
  {
    id: 'recap',
    between: ['tomos', 'yiorgos'],
    captures: ['tomos'],
    lines: [['12:08', 'tomos', LONG_TERMS]],
  },
  {
    id: 'freight-desk',
    between: ['chartering', 'freightDesk'],
    captures: ['freightDesk'],
    lines: [
      ['10:08', 'chartering', 'New number for fixtures, card attached.', ['cardElke']],
      ['10:15', 'freightDesk', 'Saved, thanks. Agnieszka has the desk phone this week.'],
      [
        '15:49',
        'chartering',
        'Subs lifted. Voice note for the details.',
        ['voiceNote'],
        { hasNoType: true },
      ],
    ],
  },
  {
    id: 'leaver',
    between: ['rosalind', 'reuben'],
    captures: ['reuben'],
    lines: [
      ['14:31', 'rosalind', 'Reuben, are you still the right person for renewals?'],
      ['14:36', 'rosalind', 'Left you a voicemail too.', [], { hasStrayColon: true }],
    ],
  },
  {
    id: 'same-millisecond',
    between: ['fergus', 'callum'],
    captures: ['callum'],
    lines: [
      ['13:50', 'fergus', 'Oats part 1 of 2: 740 t ex farm,', [], { collidesAtMs: 417 }],
      ['13:50', 'fergus', 'part 2 of 2: collect Thursday.', [], { collidesAtMs: 417 }],
    ],
  },
  {
    id: 'far-future',
    between: ['anjali', 'imogen'],
    captures: ['imogen'],
    lines: [['11:11', 'anjali', 'Visiting London next week, tea?', [], { isThousandfold: true }]],
  },
  {
    id: 'sealed',
    between: ['dev', 'imogen'],
    captures: ['dev'],
    lines: [['16:40', 'dev', 'Quarterly review, for your eyes only.', [], { isEncrypted: true }]],
  },
  {
    id: 'sim-restored',
    between: ['layla'],
    captures: ['layla'],
    lines: [['07:00', 'layla', 'SIM card restored', [], { isSystemEvent: true }]],
  },
  {
    id: 'growers',
    group: 'Dyffryn growers',
    between: ['marged', 'fergus', 'tomos'],
    captures: ['tomos'],
    lines: [
      [
        '17:05',
        'marged',
        'Lorry for the oats: Wednesday at eight?',
        [],
        { isOwnerNotListed: true },
      ],
      [
        '17:12',
        'fergus',
        'Wednesday at eight it is',
        [],
        { isOwnerNotListed: true, hasOffset: true },
      ],
    ],
  },
];

/** Edits and deletions of lines above: items of their own, the originals stay. */
export const CHANGES: readonly Change[] = [
  { at: '11:20', of: { conversation: 'underwriter', line: 1 }, as: 'delete-for-all', text: '' },
  {
    at: '18:46',
    of: { conversation: 'wind-up', line: 4 },
    as: 'edit',
    text: 'Oats long 1,500. Cover bound at 0.12.',
  },
  { at: '19:02', of: { conversation: 'lunch', line: 1 }, as: 'delete-for-me', text: '' },
];
