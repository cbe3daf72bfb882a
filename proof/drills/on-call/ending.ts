import { StackError } from '@aio/tools/stack-error';
import { INTERRUPTED } from '@aio/tools/cli/interruption';

/** One key press arrives several times: from the terminal and from npm. */
const SAME_PRESS_MS = 2000;

export type Ending = ReturnType<typeof watchEnding>;

/** Lets you end an exercise: the first signal repairs the system, the second stops at once. */
export function watchEnding() {
  const asked = Promise.withResolvers<void>();
  const interrupted = Promise.withResolvers<never>();
  let hasBegun = false;
  let askedAt = Infinity;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      const now = performance.now();
      if (hasBegun && now < askedAt + SAME_PRESS_MS) {
        askedAt = Math.min(askedAt, now);
        asked.resolve();
      } else {
        const error = new StackError(`interrupted by ${signal}`, { exitCode: INTERRUPTED });
        interrupted.reject(error);
      }
    });
  return {
    /** From now on, the first signal resolves `asked`. Before, a signal interrupts. */
    begin: () => void (hasBegun = true),
    get hasBegun() {
      return hasBegun;
    },
    /** Resolves at the first signal after `begin`. */
    asked: asked.promise,
    /** Rejects at a signal before `begin`, or at the second one after it. */
    interrupted: interrupted.promise,
  };
}
