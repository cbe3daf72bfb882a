import { EnvironmentError, EXIT_CONFIG } from './settings/environment.ts';

/**
 * Ends a process that could not start. Prints one line for an error that an operator can fix (it has a code), otherwise
 * a stack.
 */
export function exitWith(error: unknown): never {
  const isKnown = error instanceof Error && 'code' in error && typeof error.code === 'string';
  console.error(isKnown ? error.message : error);
  process.exit(error instanceof EnvironmentError ? EXIT_CONFIG : 1);
}
