import { StackError } from '../stack-error.ts';

export const INTERRUPTED = 130;

/** Rejects at SIGINT, SIGTERM or SIGHUP, so that the script can stop its processes first. */
export function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      // Not `once`: a signal to the process group arrives twice, from the group and from npm.
      process.on(signal, () =>
        reject(new StackError(`interrupted by ${signal}`, { exitCode: INTERRUPTED })),
      );
  });
}
