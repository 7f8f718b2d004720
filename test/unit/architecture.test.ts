import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { ONLY_IN, ROOMS, ROOTS } from '../support/rooms.ts';

const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url));

interface Import {
  readonly file: string;
  readonly from: string;
  readonly isTypeOnly: boolean;
}

function sourceFiles(): string[] {
  return readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.split(sep).join('/'));
}

/** Every static, dynamic and re-exporting import of a file, with whether only types cross. */
function importsOf(file: string): Import[] {
  const tree = ts.createSourceFile(
    file,
    readFileSync(join(SOURCE, file), 'utf8'),
    ts.ScriptTarget.Latest,
  );
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      const clause = ts.isImportDeclaration(node) ? node.importClause : node;
      if (node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)) {
        found.push({ file, from: node.moduleSpecifier.text, isTypeOnly: isTypeOnly(clause) });
      }
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [from] = node.arguments;
      found.push({
        file,
        from: from !== undefined && ts.isStringLiteral(from) ? from.text : '(computed)',
        isTypeOnly: false,
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function isTypeOnly(clause: ts.ImportClause | ts.ExportDeclaration | undefined): boolean {
  if (clause === undefined) return false;
  return ts.isImportClause(clause)
    ? clause.phaseModifier === ts.SyntaxKind.TypeKeyword
    : clause.isTypeOnly;
}

/** What the table says against an import, or null. */
function objection({ file, from, isTypeOnly }: Import): string | null {
  const room = ROOMS.find(({ name }) => file.startsWith(`${name}/`));
  if (room === undefined) return null;
  if (!from.startsWith('.')) {
    const extra = ONLY_IN.find((only) => only.file === file)?.packages ?? [];
    const isAllowed = [...room.packages, ...extra].some(
      (name) =>
        name === '*' ||
        (name === 'node:' ? from.startsWith(name) : from === name || from.startsWith(`${name}/`)),
    );
    return isAllowed ? null : room.why;
  }
  const target = relative(SOURCE, join(SOURCE, dirname(file), from))
    .split(sep)
    .join('/');
  if ((ROOTS as readonly string[]).includes(target))
    return 'nothing imports worker.ts or client.ts';
  const other = target.includes('/') ? (target.split('/')[0] ?? '') : '';
  if (other === room.name || other === '..') return other === '..' ? 'src/ stands alone' : null;
  const isAllowed = room.rooms.includes(other) || (isTypeOnly && room.types.includes(other));
  return isAllowed ? null : room.why;
}

test('every import of src keeps to the table of rooms', () => {
  const objections = sourceFiles()
    .flatMap(importsOf)
    .map((one) => ({ one, why: objection(one) }))
    .filter(({ why }) => why !== null)
    .map(({ one, why }) => `src/${one.file} imports ${one.from}: ${String(why)}`);

  assert.deepEqual(objections, []);
});

test('every folder of src is a room of the table', () => {
  const folders = readdirSync(SOURCE, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

  assert.deepEqual(
    folders.filter((folder) => !ROOMS.some(({ name }) => name === folder)),
    [],
  );
});

test('no file or folder of src is named for what it is not', () => {
  const vague = /(^|[/-])(utils?|helpers?|common|misc|shared)([/.-]|$)/;

  assert.deepEqual(
    sourceFiles().filter((file) => vague.test(file)),
    [],
  );
});
