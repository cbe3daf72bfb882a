import type { StepLog } from '../steps/step-kind.ts';

const MAX_LOG_BYTES = 64 * 1024;

export type LogLevel = 'info' | 'warn' | 'error';

/** The lines of one attempt, kept up to 64 kB of JSON and passed on as they come. */
export interface AttemptLines {
  readonly log: StepLog;
  /** null = nothing was logged. */
  take(): { lines: string; truncated: boolean } | null;
}

export function createAttemptLines(
  passOn: (level: LogLevel, message: string, fields?: Record<string, unknown>) => void,
): AttemptLines {
  const lines: string[] = [];
  let bytes = 2;
  let truncated = false;

  function add(level: LogLevel, message: string, fields?: Record<string, unknown>): void {
    passOn(level, message, fields);
    const line = JSON.stringify({ ...fields, at: new Date().toISOString(), level, message });
    const size = Buffer.byteLength(line) + 1;
    if (bytes + size > MAX_LOG_BYTES) {
      truncated = true;
      return;
    }
    bytes += size;
    lines.push(line);
  }

  return {
    log: {
      info: (message, fields) => add('info', message, fields),
      warn: (message, fields) => add('warn', message, fields),
      error: (message, fields) => add('error', message, fields),
    },
    take: () => (lines.length === 0 ? null : { lines: `[${lines.join(',')}]`, truncated }),
  };
}
