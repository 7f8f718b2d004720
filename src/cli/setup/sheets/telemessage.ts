import type { Values } from '../question.ts';
import type { Sheet } from '../step.ts';

/** The order that everything else waits for. */
export function telemessageSheet(values: Values): Sheet {
  const { connector = 'o2', 'sftp-host': host = 'HOST', 'sftp-port': port = '22' } = values;
  return {
    name: `${connector}-1-telemessage`,
    reader: 'whoever orders at TeleMessage (Smarsh) and O2',
    text: `# Order: SFTP delivery of the O2 Network archive

**To:** TeleMessage (Smarsh) support, by the administrator of our TeleMessage account.
**From:** the administrators of our Microsoft 365 archive, connector \`${connector}\`.

## What we need

1. The O2 Network Archiver service for our organisation, with an administration account. O2 asks for
   our network account and billing contact; the phones are corporate-owned and corporate-liable.
2. Every user who is to be archived registered in that account, with the **same e-mail address** as in
   Microsoft 365.
3. **Delivery by SFTP**, once a day: packages \`YYYYMMDD0000-TeleMessage_<n>_<TimeZipped>.zip\` of \`.eml\`
   files and one \`.mf\` manifest, in the EML format, times in UTC.
4. Delivered packages stay at the site for at least 30 days. We read; we never delete, move or rename.

## What we need to be told

| answer                                              | it becomes                     |
| --------------------------------------------------- | ------------------------------ |
| host and port                                       | \`--sftp-host\`, \`--sftp-port\`   |
| user name, and a password or the taking of our key   | \`--sftp-username\` and a file   |
| the folder of the packages                          | \`--sftp-path\`                  |
| the **SHA-256 fingerprint of the host key**, by another way than the login itself | \`--sftp-host-key\` |
| the addresses from which you allow us in, if you limit them | our firewall            |

## Why

The connector fetches the packages once a day, stages them as they came and imports each item into the
mailboxes of those who took part in it. Without the fingerprint we could not tell your site from another.

## For our own firewall

The worker calls TCP ${port} of ${host}; nothing calls the worker.

## How we will check

\`\`\`
ssh-keyscan -p ${port} ${host} | ssh-keygen -lf -     # the fingerprint, to compare
o2-archiver check --connector ${connector}                 # "site" is ok
\`\`\`
`,
  };
}
