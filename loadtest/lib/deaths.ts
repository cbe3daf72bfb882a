import { type Exit, type Part } from '@aio/stack/process';
import { StackError } from '@aio/stack/stack-error';

/**
 * Processes that end though nobody asked them to. A system of several workers goes on as if nothing
 * had happened, and a drill that kills some does not see that another one died: so it is kept here.
 */
export interface Deaths {
  /** A line for each, e.g. `worker-2 ended by itself with code 1: TypeError: …`. */
  readonly lines: readonly string[];
  /** Rejects with a StackError as soon as there is one, to be raced with what would wait in vain. */
  readonly first: Promise<never>;
  /** @throws StackError that names the first, and others in its details */
  check(): void;
  /** Looks after a process from now on; to be called `expect()` before it is asked to end. */
  watch(part: Part): { expect(): void };
}

const TAIL_LINES = 60;

export function watchDeaths(): Deaths {
  const lines: string[] = [];
  const first = Promise.withResolvers<never>();
  // Nobody has to wait for it.
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
        // At once: the log is emptied when the process is started again.
        lines.push(describeDeath(part.name, exit, part.lastLines(TAIL_LINES)));
        first.reject(new StackError(lines[0]!, { details: part.lastLines() }));
      });
      return { expect: () => void (isExpected = true) };
    },
  };
}

/** As Node.js, V8 or a driver begin the line that says what was wrong. */
const REASON = /^(?:Uncaught )?(?:(?:[A-Z]\w*)?Error\b|FATAL ERROR\b|error: )/;

export function describeDeath(
  name: string,
  { code, signal }: Exit,
  lastLines: readonly string[],
): string {
  const how = signal === null ? `with code ${code}` : `of ${signal}`;
  const reason = lastLines.findLast((line) => REASON.test(line)) ?? lastLines.at(-1);
  return `${name} ended by itself ${how}: ${reason?.trim() ?? 'it wrote nothing'}`;
}
