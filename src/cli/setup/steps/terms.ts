import { question } from '../question.ts';
import type { Step } from '../step.ts';

const WORDS = `What this sets up, and what you accept by it:

Once a day the SMS, MMS and voice calls of the day before are fetched from your TeleMessage site \
and staged in your Azure Storage as they came. Each becomes an e-mail message; a copy goes into the \
folder "O2 SMS and Voice Network Archiver" of each of your users that took part in it. Texts, \
pictures, recordings, numbers and names are copied; nothing is deleted or changed at the site.

For that you need: an order at TeleMessage for SFTP delivery; the right to archive these people's \
messages (corporate-owned phones only, people told); holds or retention policies on the mailboxes, \
because users can delete what lies in them. Nothing leaves your site, storage and tenant.`;

export const termsStep: Step = {
  name: 'terms',
  title: 'Terms, and what will be copied',
  words: () => WORDS,
  questions: [
    question({
      key: 'accept-terms',
      kind: 'yes-no',
      ask: 'Do you accept, for your organisation?',
      about: 'accept what is copied and what you need for it (it is shown without this flag)',
      isSaid: true,
      // Enter alone accepts nothing.
      proposal: () => null,
      problem: (value) =>
        value === 'yes' ? null : 'Without it nothing is set up. Answer yes, or leave with Ctrl-C.',
      // A connector of the file was accepted when it was set up.
      read: (connector) => (connector['id'] === undefined ? null : 'yes'),
    }),
  ],
  attempt: null,
  sheet: null,
};
