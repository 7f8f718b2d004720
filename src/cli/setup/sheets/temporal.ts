import { SEARCH_ATTRIBUTES } from '../../../domain/ids.ts';
import { searchAttributeCommand } from '../../groundwork.ts';
import type { Values } from '../question.ts';
import type { Sheet } from '../step.ts';

export function temporalSheet({ connector = 'o2' }: Values): Sheet {
  const attributes = searchAttributeCommand('NAMESPACE', Object.keys(SEARCH_ATTRIBUTES));
  return {
    name: `${connector}-4-temporal`,
    reader: 'whoever runs Temporal',
    text: `# Wanted: a Temporal namespace, and a machine for the worker

**From:** the administrators of our Microsoft 365 archive, connector \`${connector}\`.

## What

A namespace with a retention of 30 days or more, and its search attributes:

\`\`\`sh
temporal operator namespace create --namespace NAMESPACE --retention 720h
${attributes}
\`\`\`

On a server of your own, in its dynamic configuration: \`system.enableActivityEagerExecution: true\`
(1.4 times the rate). No server yet: \`docker-compose.yml\` of the product starts one with PostgreSQL.

## Why

Temporal runs the archive once a day and keeps what runs now; the lasting history is in Azure Storage.
References only cross it: no text, number, name, address or secret.

## What we need to be told

Address and port (usually TCP 7233), namespace, and a TLS certificate or an API key where you ask for
one: they become TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_TLS_… and TEMPORAL_API_KEY of the worker
and of whoever types \`o2-archiver\`. The worker calls the server; nothing calls the worker.

## How we will check

\`\`\`
o2-archiver check --connector ${connector}                 # "temporal" and "search attributes" are ok
\`\`\`
`,
  };
}
