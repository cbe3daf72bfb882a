import { StackError } from '@aio/tools/stack-error';

/** Prints a line per step when it ends, and counts them. */
export interface Report {
  /**
   * @param work returns a note for the line, and lines to show below it; throws if the step fails
   * @returns whether the step passed
   * @throws the signal's reason after an interruption
   */
  step(name: string, work: () => Promise<Outcome>): Promise<boolean>;
  /** Like `step`, but runs after an interruption, too. */
  cleanUp(name: string, work: () => Promise<Outcome>): Promise<boolean>;
  skip(name: string, why: string): void;
  /** Prints progress within a step. */
  say(line: string): void;
  /** `N passed, N failed, N skipped` */
  summary(): string;
  readonly failed: number;
}

export type Outcome = string | { note: string; shown: readonly string[] };

const NAME_WIDTH = 44;

export function createReport(
  write: (line: string) => void,
  signal: AbortSignal,
  now = () => performance.now(),
): Report {
  const startedAt = now();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const at = () => `${((now() - startedAt) / 1000).toFixed(0)} s`.padStart(6);
  const line = (mark: string, name: string, took: string, note: string) =>
    write(`${at()}  ${mark} ${name.padEnd(NAME_WIDTH)} ${took.padStart(7)}  ${note}`.trimEnd());
  const show = (lines: readonly string[]) => {
    for (const text of lines) write(`          | ${text}`.trimEnd());
  };

  async function perform(name: string, work: () => Promise<Outcome>, stop?: AbortSignal) {
    stop?.throwIfAborted();
    const began = now();
    const took = () => `${((now() - began) / 1000).toFixed(1)} s`;
    try {
      const outcome = await work();
      stop?.throwIfAborted();
      const { note, shown } = typeof outcome === 'string' ? { note: outcome, shown: [] } : outcome;
      counts.passed++;
      line('✔', name, took(), note);
      show(shown);
      return true;
    } catch (error) {
      stop?.throwIfAborted();
      counts.failed++;
      const [note = '', ...details] = describeError(error);
      line('✖', name, took(), note);
      show(details);
      return false;
    }
  }

  return {
    step: (name, work) => perform(name, work, signal),
    cleanUp: (name, work) => perform(name, work),
    skip(name, why) {
      counts.skipped++;
      line('–', name, '', `skipped: ${why}`);
    },
    say: (text) => write(`${at()}    ${text}`),
    summary: () => `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`,
    get failed() {
      return counts.failed;
    },
  };
}

/** Lines of the error, then of its causes. */
function describeError(error: unknown): string[] {
  if (error instanceof StackError) return [...error.message.split('\n'), ...error.details];
  if (!(error instanceof Error)) return [String(error)];
  const cause = error.cause === undefined ? [] : describeError(error.cause);
  return [...error.message.split('\n'), ...cause.map((line) => `because: ${line}`)];
}
