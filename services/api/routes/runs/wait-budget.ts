import { AioError } from '@aio/core/errors';
import { within } from '@aio/platform/within';

/**
 * How long a submission waits for the database, over all its queries and the groups before its own. Each query alone has
 * limits of 2 s for a connection and 4 s for the statement. With `REMEMBER_WITHIN_MS`, a client waits at most 6 s.
 */
export const MOST_WAIT_MS = 5_000;

/** Waits for the database on behalf of one request. @throws AioError `unavailable` when the budget is spent */
export type WaitFor = <Answer>(work: Promise<Answer>) => Promise<Answer>;

/** A budget for one request. Work that takes longer continues without it. */
export function createWaitBudget(ms = MOST_WAIT_MS): WaitFor {
  let leftMs = ms;
  return async (work) => {
    const since = performance.now();
    const answer = await within(
      work.then((value) => ({ value })),
      leftMs,
    );
    leftMs = Math.max(0, leftMs - (performance.now() - since));
    if (answer === undefined) throw tooLate();
    return answer.value;
  };
}

export function tooLate(): AioError {
  return new AioError(
    'unavailable',
    'The database does not respond in time. Try again, with the same Idempotency-Key if the request had one.',
  );
}
