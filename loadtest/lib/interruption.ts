import { StackError } from '@aio/stack/stack-error';

export const INTERRUPTED = 130;

/** Rejects when somebody wants this script to end, so that what it started is stopped first. */
export function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      // Not once: a signal to the process group arrives twice, from the group and from npm.
      process.on(signal, () =>
        reject(new StackError(`interrupted by ${signal}`, { exitCode: INTERRUPTED })),
      );
  });
}
