import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../../..');

/** A Markdown file by its path from the root of the repository. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

interface Link {
  /** As written, without the anchor. */
  readonly target: string;
  /** Without `#`; empty when there is none. */
  readonly anchor: string;
}

/** Every Markdown file of `docs/`, and those at the root that readers begin with. */
export function allPages(): Page[] {
  const below = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name));
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...below].map(pageAt);
}

export function pageAt(path: string): Page {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') };
}

/** Links and pictures that lead into the repository, of text and not of code. */
export function linksOf({ text }: Page): Link[] {
  const prose = text
    .replaceAll(/^( *)```[^\n]*\n[\s\S]*?^\1```/gm, '')
    .replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, address = '']) => {
    if (/^[a-z][a-z0-9+.-]*:/i.test(address)) return [];
    const [target = '', anchor = ''] = address.split('#');
    return [{ target: decodeURI(target), anchor }];
  });
}

/** Headings with the anchors that GitHub gives them, and the text up to the next heading of any level. */
export function sectionsOf({
  text,
}: Page): { level: number; title: string; anchor: string; body: string }[] {
  const taken = new Map<string, number>();
  const outside = text.replaceAll(/^```[^\n]*\n[\s\S]*?^```/gm, (code) =>
    code.replaceAll(/^#/gm, ' '),
  );
  return [...outside.matchAll(/^(#+) (.+)\n([\s\S]*?)(?=^#+ |(?![\s\S]))/gm)].map(
    ([, marks = '', title = '', body = '']) => {
      const slug = slugOf(title);
      const before = taken.get(slug) ?? 0;
      taken.set(slug, before + 1);
      return {
        level: marks.length,
        title,
        anchor: before === 0 ? slug : `${slug}-${String(before)}`,
        body,
      };
    },
  );
}

/** GitHub's rule: lower case, letters, digits, `-` and `_`, a hyphen for each space. */
function slugOf(title: string): string {
  const shown = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  return shown
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
