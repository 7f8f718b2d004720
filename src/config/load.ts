import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';

import type { Config } from './config.ts';
import type { ConfigProblem } from './config-error.ts';
import { ConfigError } from './config-error.ts';
import { connectorConfig } from './connector-config.ts';
import type { Fault } from './cross-checks.ts';
import { crossCheck } from './cross-checks.ts';
import type { Environment } from './environment.ts';
import { explain } from './explain.ts';
import { configJsonSchema } from './json-schema.ts';
import { configSchema } from './schema.ts';
import { withoutNulls } from './tree.ts';

const DEFAULT_FILE = 'o2-archiver.yaml';
const FILE_VARIABLE = 'O2_ARCHIVER_CONFIG';

interface ConfigPlace {
  readonly path?: string;
  readonly env: Environment;
}

/** Where the file is: `path`, else the variable O2_ARCHIVER_CONFIG, else in the working directory. */
export function configFile({ path, env }: ConfigPlace): string {
  return resolve(path ?? env[FILE_VARIABLE] ?? DEFAULT_FILE);
}

/**
 * Reads the configuration file and the secrets it names.
 *
 * @throws {ConfigError} with every fault at once
 */
export function loadConfig(place: ConfigPlace): Config {
  const file = configFile(place);
  return parseConfig({ file, text: readConfigFile(file), env: place.env });
}

/**
 * The same for a text that stands in `file`, or will: paths in it start at the file's folder.
 *
 * @throws {ConfigError} with every fault at once
 */
export function parseConfig({
  file,
  text,
  env,
}: {
  readonly file: string;
  readonly text: string;
  readonly env: Environment;
}): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) throw new ConfigError(file, yamlProblems(document, lines));

  const raw = withoutNulls(document.toJS({ maxAliasCount: 100 }));
  const secrets = { env, folder: dirname(file) };
  const schema = configJsonSchema();
  const parsed = configSchema.safeParse(raw);
  const issues = parsed.success ? [] : parsed.error.issues;
  const faults = [
    ...issues.flatMap((issue) => explain(issue, schema)),
    ...crossCheck(raw, secrets),
  ];
  if (faults.length > 0) {
    throw new ConfigError(
      file,
      faults.map((fault) => asProblem(fault, document, lines)),
    );
  }
  const { connectors } = configSchema.parse(raw);
  return deepFreeze({ file, connectors: connectors.map((each) => connectorConfig(each, secrets)) });
}

function readConfigFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown fault';
    const message =
      code === 'ENOENT'
        ? `there is no such file; name it with --config or ${FILE_VARIABLE}`
        : `the file cannot be read (${code}): let the user who runs this read it`;
    throw new ConfigError(file, [{ path: '', message, example: null, line: null }]);
  }
}

function yamlProblems(document: Document, lines: LineCounter): ConfigProblem[] {
  // Only the code: the library's message quotes the line, and a line may hold a secret.
  return document.errors.map((error) => ({
    path: '',
    message: `is no YAML that can be read here (${error.code})`,
    example: null,
    line: lines.linePos(error.pos[0]).line,
  }));
}

function asProblem(
  { path, ...rest }: Fault,
  document: Document,
  lines: LineCounter,
): ConfigProblem {
  return { path: shownPath(path), ...rest, line: lineOf(path, document, lines) };
}

function shownPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((shown, step) => {
    if (typeof step === 'number') return `${shown}[${String(step)}]`;
    return shown === '' ? String(step) : `${shown}.${String(step)}`;
  }, '');
}

/** Of the key itself or, when it is missing, of the nearest mapping around it. */
function lineOf(
  path: readonly PropertyKey[],
  document: Document,
  lines: LineCounter,
): number | null {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node) {
      const [start] = node.range as [number, number, number];
      return lines.linePos(start).line;
    }
  }
  return null;
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const each of Object.values(value)) deepFreeze(each);
  return Object.freeze(value);
}
