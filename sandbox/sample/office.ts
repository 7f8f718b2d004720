import type { Conversation } from './script.ts';

/** What the people of Tarn & Vesper write to each other and to those around the office. */
export const OFFICE: readonly Conversation[] = [
  {
    id: 'late-train',
    between: ['tomos', 'priya'],
    captures: ['tomos', 'priya'],
    lines: [
      ['06:52', 'tomos', 'Signal failure at Didcot again. Can you open the freight sheet for me?'],
      ['06:54', 'priya', 'On it. Shall I ring Yiorgos or is he yours?'],
      ['06:55', 'tomos', 'Mine please. He only shouts at people he likes 🙃'],
      ['07:38', 'tomos', 'Paddington. 15 mins. Flat white owed.'],
    ],
  },
  {
    id: 'front-office',
    group: 'Front office ☕',
    between: ['imogen', 'callum', 'priya', 'bethan', 'mathieu'],
    captures: ['bethan'],
    lines: [
      ['08:10', 'imogen', 'Morning all. Harvest numbers at half past, ten minutes, standing up.'],
      ['08:11', 'callum', 'Standing up because the chairs are still in the lift?'],
      ['08:13', 'bethan', 'Chairs by noon. Coffee machine is a different story.'],
      ['08:15', 'mathieu', 'There is a café downstairs that has never broken down 😇'],
      ['11:55', 'priya', 'Chairs are here!'],
      ['15:31', 'bethan', 'Cake in the kitchen, it is somebody’s birthday 🎂', ['cake']],
      ['15:33', 'imogen', 'Whose?'],
      ['15:34', 'callum', 'Yours, Imogen.'],
    ],
  },
  {
    id: 'coffee-machine',
    between: ['bethan', 'coffeeRepair'],
    captures: ['bethan'],
    lines: [
      [
        '08:20',
        'bethan',
        'Hello, the machine on the 3rd floor shows E17 and hisses. Anyone today?',
      ],
      ['10:25', 'coffeeRepair', 'Tried to ring. E17 = pump. Can be w/ you btwn 1 and 3'],
      ['13:44', 'coffeeRepair', 'All done. Pls descale it this time'],
    ],
  },
  {
    id: 'parcel',
    between: ['courier', 'bethan'],
    captures: ['bethan'],
    lines: [
      [
        '09:02',
        'courier',
        'Your QuillPost parcel arrives today 11:15-12:15. No reply to this text.',
      ],
      ['11:49', 'courier', 'QuillPost: delivered to RECEPTION, signed for by REES.'],
    ],
  },
  {
    id: 'passcode',
    between: ['bank', 'callum'],
    captures: ['callum'],
    lines: [
      ['09:07', 'bank', '428117 is your passcode. We will never ring you and ask for it.'],
      ['16:02', 'bank', '903364 is your passcode. We will never ring you and ask for it.'],
    ],
  },
  {
    // Sol is ours by his address and nobody in the tenant: his own copies are held.
    id: 'new-laptop',
    between: ['bethan', 'sol'],
    captures: ['bethan', 'sol'],
    lines: [
      ['08:41', 'bethan', 'Hi Sol, is the laptop for Nadia ready?'],
      ['08:47', 'sol', 'Imaging now. Docking station is missing its power brick, typical.'],
      ['09:20', 'bethan', 'Top drawer, my desk, under the biscuits.'],
    ],
  },
  {
    id: 'spare-parts',
    between: ['sol', 'partner'],
    captures: ['sol'],
    lines: [['10:12', 'sol', 'Do you have two 90 W bricks in stock? I can collect after six.']],
  },
  {
    // Nadia's mailbox is not there yet: her own copies are held, Priya's are not.
    id: 'first-day',
    between: ['priya', 'nadia'],
    captures: ['priya', 'nadia'],
    lines: [
      ['08:58', 'priya', 'Welcome, Nadia! I am by the window, the desk with the cactus 🌵'],
      ['09:03', 'nadia', 'Thank you! Reception has no badge for me, can you come down?'],
    ],
  },
  {
    id: 'compliance',
    between: ['dev', 'callum'],
    captures: ['dev', 'callum'],
    lines: [
      ['14:20', 'dev', 'Callum, you deleted a text to Achterberg at 11:20. Why?'],
      ['14:26', 'callum', 'Wrong vessel name, I sent it again right after.'],
      [
        '14:29',
        'dev',
        'Then leave the wrong one standing and correct it below, please. Both are kept.',
      ],
    ],
  },
  {
    id: 'lunch',
    between: ['layla', 'junpei'],
    captures: ['junpei'],
    lines: [
      ['12:20', 'layla', 'Soup place or the noodles?'],
      ['12:21', 'junpei', 'Noodles. The soup place knows my name now.'],
    ],
  },
  {
    id: 'trucks',
    between: ['fergus', 'priya'],
    captures: ['priya'],
    lines: [
      ['07:26', 'fergus', 'Two artics at Tilbury gate since half six, no booking ref'],
      ['07:29', 'priya', 'Ref is GB-TIL-3317, they had it on Friday 😤'],
      ['09:58', 'fergus', 'Tipped one. Ticket attached', ['ticket']],
      [
        '13:15',
        'fergus',
        'Both weighed. Camera wont send the third',
        ['smilTwo', 'weighOne', 'weighTwo', 'empty'],
      ],
      ['13:18', 'priya', ''],
      ['13:19', 'priya', 'Sorry, pocket. 28.84 net agreed, thank you.'],
    ],
  },
  {
    id: 'wind-up',
    group: 'All desks',
    between: ['imogen', 'callum', 'agnieszka', 'tomos', 'oskar', 'dev'],
    captures: ['imogen'],
    lines: [
      ['18:30', 'imogen', 'Positions please, one line each.'],
      ['18:34', 'oskar', 'Rye flat. Lindhorst signed, 3,000 t.'],
      ['18:36', 'agnieszka', 'Halcyon Tern berths at 04:00 if the fog keeps its word.'],
      ['18:41', 'tomos', 'Freight: long one Panamax, short of patience.'],
      ['18:44', 'callum', 'Oats long 1,500. Cover quoted, answer tomorrow.'],
      ['19:38', 'imogen', 'Good day. Go home.'],
    ],
  },
  {
    // The evening before: captured in time, delivered with today's package.
    id: 'sunday',
    between: ['imogen', 'callum'],
    captures: ['imogen'],
    lines: [
      [
        '19:52',
        'callum',
        'Before I forget: Rosalind wants ten minutes tomorrow about the Tern.',
        [],
        { isOfEveBefore: true },
      ],
    ],
  },
];
