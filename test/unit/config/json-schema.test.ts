import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

import type { JsonSchema } from '../../../src/config/json-schema.ts';
import { configJsonSchema } from '../../../src/config/json-schema.ts';

const COMMITTED = new URL('../../../schema/o2-archiver.schema.json', import.meta.url);

describe('the published JSON Schema', () => {
  it('is the one that the code checks with (npm run --silent o2 -- schema > schema/…)', () => {
    const committed: unknown = JSON.parse(readFileSync(COMMITTED, 'utf8'));

    assert.deepEqual(committed, JSON.parse(JSON.stringify(configJsonSchema())));
  });

  it('describes each key and gives an example of it', () => {
    const silent = leaves(configJsonSchema(), '').filter(
      ([, schema]) => schema.description === undefined || schema.examples === undefined,
    );

    assert.deepEqual(
      silent.map(([path]) => path),
      [],
    );
  });
});

function leaves(schema: JsonSchema, path: string): [string, JsonSchema][] {
  if (schema.items?.properties !== undefined) return leaves(schema.items, `${path}[]`);
  if (schema.properties === undefined) return [[path, schema]];
  return Object.entries(schema.properties).flatMap(([key, each]) => leaves(each, `${path}.${key}`));
}
