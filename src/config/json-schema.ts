import { z } from 'zod';

import { configSchema } from './schema.ts';

/** The part of JSON Schema that zod generates here and that faults are explained with. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

/** The published schema of the configuration file: `schema/o2-archiver.schema.json`. */
export function configJsonSchema(): JsonSchema {
  return z.toJSONSchema(configSchema, { io: 'input' }) as JsonSchema;
}

/** The schema of what stands at a path of the file; null where nothing is known. */
export function schemaAt(schema: JsonSchema, path: readonly PropertyKey[]): JsonSchema | null {
  let at: JsonSchema | undefined = schema;
  for (const step of path) {
    if (at === undefined) return null;
    at = typeof step === 'number' ? at.items : at.properties?.[String(step)];
  }
  return at ?? null;
}
