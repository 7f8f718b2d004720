export function tryLock(path: string): Promise<(() => void) | null>;
export function lock(path: string, onWait?: (holder: number | null) => void): Promise<() => void>;
export function holderOf(path: string): number | null;
