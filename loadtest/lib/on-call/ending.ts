import { StackError } from '@aio/stack/stack-error';
import { INTERRUPTED } from '../interruption.ts';

/** One press of a key arrives several times: from the terminal, from npm. */
const SAME_PRESS_MS = 2000;

/** How somebody ends what they have begun: in good order first, at once if that takes them too long. */
export interface Ending {
  /** From now on a signal is the wish to end in good order; before, it is an interruption. */
  begin(): void;
  readonly hasBegun: boolean;
  /** Resolves at the first signal after `begin`. */
  readonly asked: Promise<void>;
  /** Rejects at a signal before `begin`, or at the second one after it. */
  readonly interrupted: Promise<never>;
}

export function watchEnding(): Ending {
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
    begin: () => void (hasBegun = true),
    get hasBegun() {
      return hasBegun;
    },
    asked: asked.promise,
    interrupted: interrupted.promise,
  };
}
