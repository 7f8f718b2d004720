import type { z } from 'zod';

import type { Fault } from './cross-checks.ts';
import type { JsonSchema } from './json-schema.ts';
import { schemaAt } from './json-schema.ts';

type Issue = z.core.$ZodIssue;

/** Keys that people write when they put the secret itself into the file. */
const SECRET_KEYS: Readonly<Record<string, string>> = {
  password: 'passwordFile',
  privateKey: 'privateKeyFile',
  connectionString: 'connectionStringFile',
  clientSecret: 'clientSecretFile',
  certificate: 'certificateFile',
  webhookUrl: 'webhookUrlFile',
  heartbeatUrl: 'heartbeatUrlFile',
};

/** Turns what zod found into faults in our words, with an example from the schema. */
export function explain(issue: Issue, schema: JsonSchema): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(issue.path, key, schema));
  }
  return [
    { path: issue.path, message: whatIsWrong(issue), example: exampleAt(schema, issue.path) },
  ];
}

function unknownKey(parent: readonly PropertyKey[], key: string, schema: JsonSchema): Fault {
  const path = [...parent, key];
  const known = Object.keys(schemaAt(schema, parent)?.properties ?? {});
  const reference = SECRET_KEYS[key];
  if (reference !== undefined && known.includes(reference)) {
    const message = 'a secret never stands in this file, only the name of its variable or file';
    return { path, message, example: exampleAt(schema, [...parent, reference]) };
  }
  const likely = known.find((each) => each.toLowerCase() === key.toLowerCase());
  const example = likely === undefined ? null : exampleAt(schema, [...parent, likely]);
  return { path, message: `is no key here; known are ${known.join(', ')}`, example };
}

function whatIsWrong(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? 'is missing'
        : `must be ${NOUNS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      if (issue.origin === 'string') return 'must not be empty';
      if (issue.origin === 'array') return issue.message;
      return `must be at least ${String(issue.minimum)}`;
    case 'too_big':
      if (issue.origin === 'string') return `must have at most ${String(issue.maximum)} characters`;
      if (issue.origin === 'array') return `must have at most ${String(issue.maximum)} entries`;
      return `must be at most ${String(issue.maximum)}`;
    case 'invalid_union':
      return 'must be true or a mapping with a clientId';
    default:
      return issue.message;
  }
}

const NOUNS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  array: 'a list',
};

function exampleAt(schema: JsonSchema, path: readonly PropertyKey[]): string | null {
  const at = schemaAt(schema, path);
  const key = path.at(-1);
  if (at === null || key === undefined) return null;
  const [example] = at.examples ?? [];
  if (example === undefined) return composedExample(at, String(key));
  const shown = typeof example === 'string' ? example : JSON.stringify(example);
  return typeof key === 'number' ? `- ${shown}` : `${String(key)}: ${shown}`;
}

/** For a mapping as a whole: the first keys of it, each with its own example. */
function composedExample(at: JsonSchema, key: string): string | null {
  if (key === 'connectors') return 'connectors: [{ id: o2, startDay: 2026-12-01, … }]';
  const parts = Object.entries(at.properties ?? {})
    .filter(([, each]) => each.examples !== undefined)
    .slice(0, 3)
    .map(([name, each]) => `${name}: ${String(each.examples?.[0])}`);
  return parts.length === 0 ? null : `${key}: { ${parts.join(', ')}, … }`;
}
