/** Exit codes after sysexits.h, so that a script can tell a wrong call from a broken machine. */
export const EXIT = {
  usage: 64,
  unavailable: 69,
  software: 70,
  cannotCreate: 73,
  config: 78,
} as const;

/** What stops a command: one clear line for the person at the terminal, and what lies behind it. */
export class StackError extends Error {
  readonly exitCode: number;
  /** Shown under the line, e.g. a dead process's last log lines. */
  readonly details: readonly string[];

  constructor(
    message: string,
    options: { exitCode?: number; details?: readonly string[]; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StackError';
    this.exitCode = options.exitCode ?? EXIT.unavailable;
    this.details = options.details ?? [];
  }
}

/** Prints an error the way every script does. Returns the exit code. */
export function reportError(error: unknown, write: (line: string) => void): number {
  if (!(error instanceof StackError)) {
    write(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return EXIT.software;
  }
  write(`error: ${error.message}`);
  for (const line of error.details) write(`  | ${line}`);
  return error.exitCode;
}
