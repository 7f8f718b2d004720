import { unreadableBody } from './answer.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object. @throws {GraphFailure} RequestBodyRead */
export function objectOf(value: unknown, what: string): JsonObject {
  if (isObject(value)) return value;
  throw unreadableBody(`An object was expected for '${what}'.`);
}

/** A member's text; null when absent or null. @throws {GraphFailure} RequestBodyRead */
export function textOf(object: JsonObject, member: string): string | null {
  const value = object[member] ?? null;
  if (value === null || typeof value === 'string') return value;
  throw unreadableBody(
    `Cannot convert the value of '${member}' to the expected type 'Edm.String'.`,
  );
}

export function flagOf(object: JsonObject, member: string): boolean | null {
  const value = object[member] ?? null;
  if (value === null || typeof value === 'boolean') return value;
  throw unreadableBody(
    `Cannot convert the value of '${member}' to the expected type 'Edm.Boolean'.`,
  );
}

export function numberOf(object: JsonObject, member: string): number | null {
  const value = object[member] ?? null;
  if (value === null || (typeof value === 'number' && Number.isInteger(value))) return value;
  throw unreadableBody(`Cannot convert the value of '${member}' to the expected type 'Edm.Int64'.`);
}

/** A member's elements; empty when absent or null. @throws {GraphFailure} RequestBodyRead */
export function listOf(object: JsonObject, member: string): readonly unknown[] {
  const value = object[member] ?? [];
  if (Array.isArray(value)) return value;
  throw unreadableBody(`A collection was expected for '${member}'.`);
}

export function textsOf(object: JsonObject, member: string): string[] {
  return listOf(object, member).map((value) => {
    if (typeof value === 'string') return value;
    throw unreadableBody(`A text was expected in '${member}'.`);
  });
}

/** Decodes base64 strictly, as an Edm.Binary is. @throws {GraphFailure} RequestBodyRead */
export function binaryOf(object: JsonObject, member: string): Buffer {
  const text = textOf(object, member) ?? '';
  if (text.length % 4 === 0 && /^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) {
    return Buffer.from(text, 'base64');
  }
  throw unreadableBody(
    `Cannot convert the literal of '${member}' to the expected type 'Edm.Binary'.`,
  );
}
