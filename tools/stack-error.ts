/** Exit codes of sysexits.h, so that a script can tell a wrong call from a broken machine. */
export const EXIT = {
  usage: 64,
  unavailable: 69,
  software: 70,
  cannotCreate: 73,
  config: 78,
} as const;

/** An error that ends a command: one line for the person at the terminal, and details. */
export class StackError extends Error {
  readonly exitCode: number;
  /** Printed below the line, e.g. a dead process's last log lines. */
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

/** Prints an error as every script does. @returns the exit code */
export function reportError(error: unknown, write: (line: string) => void): number {
  if (!(error instanceof StackError)) {
    write(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return EXIT.software;
  }
  write(`error: ${error.message}`);
  for (const line of error.details) write(`  | ${line}`);
  return error.exitCode;
}
