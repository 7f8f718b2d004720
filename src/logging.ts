import { DefaultLogger, type LogEntry, type Logger } from '@temporalio/worker';
import { pino, type Logger as Pino } from 'pino';

/**
 * JSON lines on standard output. What is logged holds no text of an item, no number, name, address
 * or secret: failures are translated before they get here (activities/boundary.ts).
 */
export function workerLog(level: string): Pino {
  return pino({
    level,
    base: null,
    timestamp: () => `,"at":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
  });
}

/** The same writer for what Temporal's own parts say. */
export function temporalLog(log: Pino): Logger {
  const write = ({ level, message, meta }: LogEntry): void => {
    const { error, ...fields } = (meta ?? {}) as Record<string, unknown>;
    const said = { ...fields, ...(error === undefined ? {} : { error: nameOf(error) }) };
    log[PINO_LEVELS[level]](said, message);
  };
  return new DefaultLogger('INFO', write);
}

const PINO_LEVELS = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
} as const;

/** Type or name and the first frame; a message may quote what came from outside. */
function nameOf(error: unknown): string {
  const { type, name } = error as { type?: unknown; name?: unknown };
  if (typeof type === 'string') return type;
  return typeof name === 'string' ? name : typeof error;
}
