import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { test } from 'node:test';
import { allPages, linksOf, pageAt, ROOT, sectionsOf } from './pages.ts';

/** The place that a link of a page leads to, from the root of the repository. */
function placeOf(page: string, target: string): string {
  return target === '' ? page : normalize(join(dirname(page), target));
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(join(ROOT, path)).isFile());
}

test('every relative link and anchor of the documentation leads somewhere', () => {
  const broken = allPages().flatMap((page) =>
    linksOf(page).flatMap(({ target, anchor }) => {
      const place = placeOf(page.path, target);
      if (relative(ROOT, join(ROOT, place)).startsWith('..')) return [`${page.path}: ${target}`];
      if (!existsSync(join(ROOT, place))) return [`${page.path}: ${target}`];
      if (anchor === '' || !place.endsWith('.md')) return [];
      const isThere = sectionsOf(pageAt(place)).some((section) => section.anchor === anchor);
      return isThere ? [] : [`${page.path}: ${target}#${anchor}`];
    }),
  );

  assert.deepEqual(broken, []);
});

test('every page and picture of docs/ is reached from docs/index.md', () => {
  const reached = new Set(['docs/index.md']);
  for (const path of reached) {
    if (!path.endsWith('.md')) continue;
    for (const { target } of linksOf(pageAt(path))) {
      const place = placeOf(path, target);
      const isFolder = statSync(join(ROOT, place)).isDirectory();
      for (const file of isFolder ? filesBelow(place) : [place]) reached.add(file);
    }
  }

  const forReaders = filesBelow('docs').filter((path) => /\.(?:md|png|svg)$/.test(path));
  assert.deepEqual(
    forReaders.filter((path) => !reached.has(path)),
    [],
    'give it its place in docs/index.md, or a link from the page it belongs to',
  );
});

test('every page of docs/ stands in docs/index.md once', () => {
  const listed = linksOf(pageAt('docs/index.md')).map(({ target }) => target);
  const pages = readdirSync(join(ROOT, 'docs')).filter((name) => /(?<!^index)\.md$/.test(name));

  assert.deepEqual(
    Object.fromEntries(pages.map((name) => [name, listed.filter((each) => each === name).length])),
    Object.fromEntries(pages.map((name) => [name, 1])),
  );
});
