import { type Exit, type Part } from '../process/process.ts';
import { StackError } from '../stack-error.ts';

/**
 * Records processes that end unexpectedly. A system with several workers goes on without one of them, so a
 * drill that kills workers would not notice the death of another.
 */
export interface Deaths {
  /** One line per death, e.g. `worker-2 ended unexpectedly with code 1: TypeError: …`. */
  readonly lines: readonly string[];
  /** Rejects with a StackError at the first death. Race it with waits that a death would block. */
  readonly first: Promise<never>;
  /** @throws StackError that names the first death, with the others in its details */
  check(): void;
  /** Watches a process. Call `expect()` before you end it. */
  watch(part: Part): { expect(): void };
}

const TAIL_LINES = 60;

export function watchDeaths(): Deaths {
  const lines: string[] = [];
  const first = Promise.withResolvers<never>();
  // Without a waiter, the rejection must not end this process.
  first.promise.catch(() => {});
  const check = () => {
    const [line, ...details] = lines;
    if (line !== undefined) throw new StackError(line, { details });
  };
  return {
    lines,
    first: first.promise,
    check,
    watch(part) {
      let isExpected = false;
      void part.exited.then((exit) => {
        if (isExpected) return;
        // Read the log now: a restart empties it.
        lines.push(describeDeath(part.name, exit, part.lastLines(TAIL_LINES)));
        first.reject(new StackError(lines[0]!, { details: part.lastLines() }));
      });
      return { expect: () => void (isExpected = true) };
    },
  };
}

/** Start of the line in which Node.js, V8 or a driver gives the error. */
const REASON = /^(?:Uncaught )?(?:(?:[A-Z]\w*)?Error\b|FATAL ERROR\b|error: )/;

export function describeDeath(
  name: string,
  { code, signal }: Exit,
  lastLines: readonly string[],
): string {
  const how = signal === null ? `with code ${code}` : `with ${signal}`;
  const reason = lastLines.findLast((line) => REASON.test(line)) ?? lastLines.at(-1);
  return `${name} ended unexpectedly ${how}: ${reason?.trim() ?? 'no output'}`;
}
