import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '../../../src/cli/program.ts';
import type { Builders } from '../../../src/cli/session.ts';
import { allPages, pageAt, type Page } from './pages.ts';

/** Help is printed before anything is built. */
const NOTHING = {} as Builders;

async function helpOf(...argv: string[]): Promise<string> {
  const lines: string[] = [];
  const say = (text: string) => void lines.push(text);
  const terminal = { out: say, err: say, isInteractive: false, screen: null };
  await runProgram({ builders: NOTHING, terminal, exit: () => undefined }, [...argv, '--help']);
  return lines.join('\n');
}

/** Names that stand below "Commands:" of a help. */
function commandsIn(help: string): string[] {
  const [, list = ''] = /^Commands:\n((?: {2}.*\n?)+)/m.exec(help) ?? [];
  return [...list.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name);
}

function optionsIn(help: string): string[] {
  return [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, name = '']) => name);
}

/** What stands after `o2-archiver` in a line of a code block, and between backticks in prose. */
function commandLines({ text }: Page): string[][] {
  const blocks = [...text.matchAll(/^ *(?:\$ )?(?:o2-archiver|npm run o2 --) (.+)$/gm)];
  const inline = [...text.matchAll(/`(?:o2-archiver|npm run o2 --) ([^`\n]+)`/g)];
  return [...blocks, ...inline]
    .map(([, line = '']) =>
      line.replace(/(?:^| )#.*$|`.*$|\).*$/, '').replaceAll(/"[^"]*"/g, 'TEXT'),
    )
    .map((line) => line.split(/\s+/).filter((word) => word !== ''))
    .filter(([first = '']) => /^[a-z]/.test(first));
}

async function whatIsWrong([first = '', second = '', ...others]: string[]): Promise<string[]> {
  if (!commandsIn(await helpOf()).includes(first)) return [first];
  const help = await helpOf(first);
  const below = commandsIn(help);
  const isBelow = below.includes(second);
  if (below.length > 0 && !isBelow && /^[a-z]/.test(second)) return [`${first} ${second}`];
  const known = optionsIn(isBelow ? await helpOf(first, second) : help);
  const used = [second, ...others].filter((word) => word.startsWith('--'));
  return used.filter((option) => !known.includes(option)).map((option) => `${first} … ${option}`);
}

test('every o2-archiver command line in the documentation is one that the program takes', async () => {
  const wrong: string[] = [];
  let tried = 0;
  for (const page of allPages()) {
    for (const words of commandLines(page)) {
      tried += 1;
      for (const what of await whatIsWrong(words)) wrong.push(`${page.path}: ${what}`);
    }
  }

  assert.deepEqual(wrong, []);
  assert.ok(tried > 50, `only ${String(tried)} command lines were found`);
});

test('every command of the program has its row in docs/cli.md', async () => {
  const rows = pageAt('docs/cli.md')
    .text.split('\n')
    .filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) => [...row.matchAll(/`([a-z]+)/g)].map(([, name]) => name));
  const commands = commandsIn(await helpOf()).filter((name) => name !== 'help');

  assert.deepEqual(
    commands.filter((name) => !named.includes(name)),
    [],
  );
});

test('what the program does not know is found', async () => {
  const page = {
    path: '',
    text: '`o2-archiver run --dayy D`\n\no2-archiver schedule halt # now\n`o2-archiver dance`',
  };

  const wrong = await Promise.all(commandLines(page).map(whatIsWrong));

  assert.deepEqual(wrong.flat().sort(), ['dance', 'run … --dayy', 'schedule halt']);
});
