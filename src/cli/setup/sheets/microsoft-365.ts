import { listed } from '../question.ts';
import type { Values } from '../question.ts';
import type { Sheet } from '../step.ts';

/** The Exchange commands that let the app into the mailboxes of one group and into no other. */
export function scopeCommands(values: Values): string {
  const app = values['client-id'] ?? '<client id>';
  const mailbox = values['try-mailbox'] ?? 'someone@example.com';
  return `Connect-ExchangeOnline
New-ServicePrincipal -AppId ${app} -ObjectId <object id of the enterprise application> -DisplayName "O2 archive"
$group = (Get-DistributionGroup "O2 archive users").DistinguishedName
New-ManagementScope -Name "O2 archive mailboxes" -RecipientRestrictionFilter "MemberOfGroup -eq '$group'"
New-ManagementRoleAssignment -App ${app} -Role "Application Mail.ReadWrite" -CustomResourceScope "O2 archive mailboxes"
Test-ServicePrincipalAuthorization -Identity ${app} -Resource ${mailbox}`;
}

export function microsoft365Sheet(values: Values): Sheet {
  const { connector = 'o2', 'client-id': app = '<client id>' } = values;
  const [domain = 'example.com'] = listed(values['own-domains'] ?? '');
  return {
    name: `${connector}-3-microsoft-365`,
    reader: 'a Global Administrator (Entra) and an Exchange Administrator',
    text: `# Wanted: an app in Entra, scoped to the archived mailboxes in Exchange

**From:** the administrators of our Microsoft 365 archive, connector \`${connector}\`.

## What

| right                                | given in                     | why                         |
| ------------------------------------ | ---------------------------- | --------------------------- |
| \`User.Read.All\`, application         | Entra, with admin consent    | who has an address          |
| \`Application Mail.ReadWrite\`, scoped | Exchange, RBAC for Applications | the folder and the messages |

## Why

The connector looks up who has an address, and puts each message into the folder "O2 SMS and Voice
Network Archiver" of those who took part in it. It reads no other mail.

**Do not consent \`Mail.ReadWrite\` in Entra**: the grants add up, and the app would reach every mailbox.

## Entra (Azure CLI)

\`\`\`sh
az ad app create --display-name "O2 archive" --sign-in-audience AzureADMyOrg --query appId
az ad sp create --id ${app}
az ad app permission add --id ${app} --api 00000003-0000-0000-c000-000000000000 \\
  --api-permissions df021288-bdef-4463-88db-98f22de89214=Role      # User.Read.All, application
az ad app permission admin-consent --id ${app}
az ad sp show --id ${app} --query id        # object id of the enterprise application, for below
\`\`\`

How it proves who it is, the first that is possible: the managed identity of the worker's machine (then
no app is needed; give *it* the two rights); a certificate
(\`az ad app credential reset --id ${app} --append --cert @o2-archive.cer\`; the key never leaves the
worker); a client secret (\`--append --years 1\`), handed over as a file, never by mail.

## Exchange Online (PowerShell)

A mail-enabled security group "O2 archive users" with the archived users (direct members count), then:

\`\`\`powershell
${scopeCommands(values)}
\`\`\`

The last line must say \`InScope: True\` for a member, and \`False\` for anybody else. A right takes 30
minutes to 2 hours to take effect.

## What we need to be told

Directory (tenant) id, application (client) id, where the certificate or secret lies, the address of one
mailbox of the group to try, such as \`someone@${domain}\`.

## Network

The worker calls graph.microsoft.com and login.microsoftonline.com on TCP 443 (in other clouds the hosts
of docs/setup.md). HTTPS_PROXY is honoured.

## How we will check

\`\`\`
o2-archiver check --connector ${connector}                 # "tenant" is ok
\`\`\`
`,
  };
}
