import { z } from 'zod';

/** Kinds of fields of the configuration file, each with its meaning and one example. */

export function text(description: string, example: string) {
  return z
    .string()
    .trim()
    .min(1)
    .meta({ description, examples: [example] });
}

export function whole(description: string, range: { min: number; max: number; example: number }) {
  return z
    .int()
    .min(range.min)
    .max(range.max)
    .meta({ description, examples: [range.example] });
}

export function form(pattern: RegExp, expected: string, description: string, example: string) {
  return z
    .string()
    .trim()
    .regex(pattern, expected)
    .meta({ description, examples: [example] });
}

export function secretName(description: string, example: string) {
  const pattern = /^[A-Za-z_][A-Za-z0-9_]*$/;
  return form(pattern, 'must be the name of an environment variable', description, example);
}

export function address(description: string, example: string) {
  return form(/^[^@\s]+@[^@\s]+$/, 'must be an e-mail address', description, example);
}

export function utcTime(description: string, example: string) {
  const pattern = /^([01]\d|2[0-3]):[0-5]\d$/;
  return form(pattern, 'must be a time of UTC, HH:MM, in quotes', description, example);
}

export function httpsRoot(description: string, example: string) {
  const pattern = /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/])\S+$/;
  return form(pattern, 'must be an https:// address', description, example);
}
