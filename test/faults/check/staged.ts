import type { Truth } from '../truth.ts';
import type { Evidence, Staged, StagedBlob } from './evidence.ts';
import type { Finding } from './finding.ts';
import { stringFinder } from './string-finder.ts';

const PACKAGE = /^packages\/(\d{4})\/(\d\d)\/(\d\d)\/(.+)\/\d+\.zip$/;

/** I4: what the site had lies there to the bit, and nothing else does. */
export function judgePackages({ content }: Staged, truth: Truth): Finding[] {
  const findings: Finding[] = [];
  const fault = (kind: Finding['fault'], where: string, text: string): void =>
    void findings.push({ invariant: 'I4', fault: kind, where, text });
  const staged = content.flatMap((blob) => {
    const [path, year, month, date, name] = PACKAGE.exec(blob.path) ?? [];
    if (path === undefined || name === undefined) return [];
    return [{ blob, day: `${String(year)}-${String(month)}-${String(date)}`, name }];
  });
  for (const { day, package: name, sha256 } of truth.deliveries) {
    const isThere = staged.some(
      (one) => one.day === day && one.name === name && one.blob.sha256 === sha256,
    );
    if (!isThere) fault('lost', name, 'its bytes are not staged as the site had them');
  }
  for (const { blob, name } of staged) {
    const isTrue = truth.deliveries.some(
      (one) => one.package === name && one.sha256 === blob.sha256,
    );
    if (!isTrue) fault('bytes-differ', blob.path, 'the site never had these bytes');
    if (blob.metadata['sha256'] !== blob.sha256) {
      fault('bytes-differ', blob.path, 'its bytes are not those that were digested');
    }
  }
  return findings;
}

/** I4: what is write-once and was seen earlier in the trial stands there unchanged. */
export function judgeWitnessed({ content, books }: Staged, truth: Truth): Finding[] {
  const now = new Map<string, string>([
    ...content.map(({ path, etag }) => [`content/${path}`, etag] as const),
    ...books.map(({ path, etag }) => [`books/${path}`, etag] as const),
  ]);
  return [...truth.witnessed].flatMap(([where, etag]): Finding[] => {
    const found = now.get(where);
    if (found === etag) return [];
    const text = found === undefined ? 'it is gone' : 'it was written again';
    return [{ invariant: 'I4', fault: 'bytes-differ', where, text }];
  });
}

/** I5: nothing personal or secret where people look for what happened. */
export function judgeTraces({ traces, staged }: Evidence, truth: Truth): Finding[] {
  const places = [
    ...traces,
    ...staged.books.filter(({ path }) => !path.startsWith('reports/')).map(asTrace),
    // Mapping versions are what they are: numbers and addresses.
    ...staged.state.filter(({ path }) => !path.startsWith('mapping/')).map(asTrace),
  ];
  const canariesIn = stringFinder(truth.canaries);
  return places.flatMap(({ where, text }) => {
    // The report of the checker must not leak either: it says what kind of thing it found.
    return canariesIn(text).map((canary): Finding => {
      const kind = /^\d+$/.test(canary)
        ? 'a number'
        : canary.includes('@')
          ? 'an address'
          : 'a text';
      return {
        invariant: 'I5',
        fault: 'leak',
        where,
        text: `it holds ${kind} of a person or item`,
      };
    });
  });
}

function asTrace({ path, bytes, metadata }: StagedBlob): { where: string; text: string } {
  return { where: path, text: `${bytes.toString()} ${JSON.stringify(metadata)}` };
}
