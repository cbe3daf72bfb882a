import { StackError } from '@aio/tools/stack-error';

/** One line with the error's causes: `fetch` gives its reason only there. */
export function describeError({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${describeError(cause)}` : message;
}

/** This machine lacks something that the drill needs; `message` names it. */
export class SkipDrill extends Error {}

/** Handles a StackError about a missing program. @throws SkipDrill, or any other error as it is */
export function skipDrill(error: unknown): never {
  throw error instanceof StackError ? new SkipDrill(error.message) : error;
}
