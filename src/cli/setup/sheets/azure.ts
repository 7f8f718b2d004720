import type { Values } from '../question.ts';
import type { Sheet } from '../step.ts';

export function azureSheet(values: Values): Sheet {
  const { connector = 'o2', 'storage-container': container = 'o2-archive' } = values;
  const [account = 'ACCOUNT'] =
    /(?<=^https:\/\/)[^.]+/u.exec(values['storage-account'] ?? '') ?? [];
  return {
    name: `${connector}-2-azure-storage`,
    reader: 'whoever owns the Azure subscription',
    text: `# Wanted: an Azure Storage account for the O2 archive

**From:** the administrators of our Microsoft 365 archive, connector \`${connector}\`.

## What

A storage account (general purpose v2), three containers in it, and the right to them for the identity
that the worker runs as.

\`\`\`sh
az storage account create --name ${account} --resource-group GROUP --location REGION \\
  --sku Standard_ZRS --kind StorageV2 --min-tls-version TLS1_2 --allow-blob-public-access false
for name in ${container} ${container}-books ${container}-state; do
  az storage container create --auth-mode login --account-name ${account} --name "$name"
  az role assignment create --role "Storage Blob Data Contributor" --assignee IDENTITY \\
    --scope "/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.Storage/storageAccounts/${account}/blobServices/default/containers/$name"
done
\`\`\`

IDENTITY is the managed identity of the worker's machine, or the service principal whose AZURE_CLIENT_ID,
AZURE_TENANT_ID and AZURE_CLIENT_SECRET it is given. Where no identity is possible: a connection string,
handed over as a file, never by mail.

## Why

\`${container}\` keeps what was received, \`${container}-books\` what became of it; both are only ever added
to, so they take a time-based immutability (WORM) policy that allows appends of new blobs.
\`${container}-state\` changes daily and must have none. The worker deletes nothing in the first two.

## Network

The worker calls ${account}.blob.core.windows.net on TCP 443, and login.microsoftonline.com for its token.
With a firewall on the account, allow the worker's address or give it a private endpoint.

## How we will check

\`\`\`
o2-archiver check --connector ${connector}                 # "staging" is ok
\`\`\`
`,
  };
}
