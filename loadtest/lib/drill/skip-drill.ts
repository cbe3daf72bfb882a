import { StackError } from '@aio/stack/stack-error';

/** This machine lacks something that the drill needs; `message` names it. */
export class SkipDrill extends Error {}

/** Handles a StackError about a missing program. @throws SkipDrill, or any other error as it is */
export function skipDrill(error: unknown): never {
  throw error instanceof StackError ? new SkipDrill(error.message) : error;
}
