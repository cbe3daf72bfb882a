import { EnvironmentError, EXIT_CONFIG } from './environment.ts';

/**
 * Ends a process that could not start: one clear line on standard error for what an operator can put
 * right (it has a code), a stack for what they cannot.
 */
export function exitWith(error: unknown): never {
  const isKnown = error instanceof Error && 'code' in error && typeof error.code === 'string';
  console.error(isKnown ? error.message : error);
  process.exit(error instanceof EnvironmentError ? EXIT_CONFIG : 1);
}
