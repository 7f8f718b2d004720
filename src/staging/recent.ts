/**
 * Keeps the last few blobs that were read, by path, because their readers come close together: one
 * read at a time for each, and what failed is read again.
 */
export function recent<T>(
  { atMost, forMs = Infinity }: { atMost: number; forMs?: number },
  read: (path: string) => Promise<T>,
): (path: string) => Promise<T> {
  const kept = new Map<string, { readonly value: Promise<T>; readonly untilMs: number }>();
  return (path) => {
    const known = kept.get(path);
    const isGood = known !== undefined && Date.now() < known.untilMs;
    const now = isGood ? known : { value: read(path), untilMs: Date.now() + forMs };
    kept.delete(path);
    kept.set(path, now);
    if (!isGood) {
      now.value.catch(() => {
        if (kept.get(path) === now) kept.delete(path);
      });
    }
    const [oldest] = kept.keys();
    if (kept.size > atMost && oldest !== undefined) kept.delete(oldest);
    return now.value;
  };
}
