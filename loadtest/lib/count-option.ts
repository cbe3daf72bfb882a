import { EXIT, StackError } from '@aio/stack/stack-error';

/**
 * A whole number from the command line.
 * @throws StackError naming the option, what was given and what is expected
 */
export function readCount(option: string, given: string, bounds: { least: number }): number {
  const value = Number(given);
  if (/^\d{1,9}$/.test(given) && value >= bounds.least) return value;
  throw new StackError(`${option} ${given}: expected a whole number from ${bounds.least}`, {
    exitCode: EXIT.usage,
  });
}
