import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Resident memory of another process, by Linux' own bookkeeping: the kernel keeps the peak, so that
 * no moment is missed.
 * @see proc(5): VmRSS and VmHWM of /proc/PID/status, and 5 into clear_refs, which begins the peak anew
 */
export function memoryOf(pid: number): {
  residentBytes(): number;
  /** Since the last `forgetPeak`. */
  peakBytes(): number;
  forgetPeak(): void;
} {
  const read = (field: 'VmRSS' | 'VmHWM'): number => {
    const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
    const [, kilobytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
    if (kilobytes === undefined) throw new Error(`/proc/${String(pid)}/status has no ${field}`);
    return Number(kilobytes) * 1_024;
  };
  return {
    residentBytes: () => read('VmRSS'),
    peakBytes: () => read('VmHWM'),
    forgetPeak: () => writeFileSync(`/proc/${String(pid)}/clear_refs`, '5'),
  };
}
