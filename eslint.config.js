import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { ONLY_IN, ROOMS, ROOTS } from './test/support/rooms.ts';

const escape = (text) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);

/** The restricted-import patterns of one room; the table with the reasons is test/support/rooms.ts. */
function patterns(room) {
  const others = ROOMS.map(({ name }) => name).filter(
    (name) => name !== room.name && !room.rooms.includes(name),
  );
  const typesOnly = others.filter((name) => room.types.includes(name));
  const forbidden = others.filter((name) => !room.types.includes(name));
  const path = (names) => String.raw`^(\.\./)+(${names.join('|')})/`;
  const roots = String.raw`^(\.\./)+(${ROOTS.map(escape).join('|')})$`;
  const packages = room.packages.map((name) => (name === 'node:' ? name : `${escape(name)}(/|$)`));
  return [
    { regex: roots, message: 'worker.ts and client.ts build everything; nothing imports them.' },
    ...(forbidden.length > 0 ? [{ regex: path(forbidden), message: room.why }] : []),
    ...(typesOnly.length > 0
      ? [{ regex: path(typesOnly), message: room.why, allowTypeImports: true }]
      : []),
    ...(room.packages.includes('*')
      ? []
      : [{ regex: `^(?!\\.|${packages.join('|')})`, message: room.why }]),
  ];
}

const NO_ENVIRONMENT = {
  selector:
    "MemberExpression[object.name='process'][property.name='env'], ImportDeclaration[source.value='node:process'] ImportSpecifier[imported.name='env']",
  message: 'Only src/config reads the environment; take what you need as an argument.',
};
const NO_DEFAULT_EXPORT = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name: one word per thing, the same everywhere.',
};
const NO_CLOCK = {
  selector:
    "CallExpression[callee.object.name='Date'][callee.property.name='now'], NewExpression[callee.name='Date'][arguments.length=0], CallExpression[callee.object.name='Math'][callee.property.name='random']",
  message: 'domain/ is pure: pass the time or the number in.',
};

export default defineConfig(
  {
    ignores: ['dist/', '.sandbox/', 'coverage/'],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    settings: {
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js', '.mjs'] })],
    },
    rules: {
      eqeqeq: 'error',
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: '@types/node', name: ['test', 'it', 'describe', 'suite'] },
            { from: 'package', package: 'node:test', name: ['test', 'it', 'describe', 'suite'] },
          ],
        },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // Ports are asynchronous whatever stands behind them; a fake or a pure one has nothing to await.
      '@typescript-eslint/require-await': 'off',
      'max-lines': ['error', 400],
      'no-restricted-syntax': ['error', NO_DEFAULT_EXPORT],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': ['error', NO_DEFAULT_EXPORT, NO_ENVIRONMENT],
    },
  },
  ...ROOMS.map((room) => ({
    files: [`src/${room.name}/**/*.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: patterns(room) }],
    },
  })),
  ...ONLY_IN.map(({ file, room, packages }) => ({
    files: [`src/${file}`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: patterns({ ...ROOMS.find(({ name }) => name === room), packages }) },
      ],
    },
  })),
  {
    files: ['src/domain/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', NO_DEFAULT_EXPORT, NO_ENVIRONMENT, NO_CLOCK] },
  },
  {
    files: ['src/config/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', NO_DEFAULT_EXPORT] },
  },
  {
    files: ['src/cli/**/*.ts', 'src/client.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'URL',
          'Buffer',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);
