import type { Queryable } from '@aio/platform/queryable';
import { rememberPrincipal } from '@aio/platform/queries/principals';
import { within } from '@aio/platform/within';
import { withoutTrace } from '@aio/runtime/trace-context';
import { logEvent } from '@aio/runtime/log-event';
import type { Log } from '../log.ts';
import type { Principal } from './principal.ts';

/** A request waits no longer, so that it has time left for its own queries. */
export const REMEMBER_WITHIN_MS = 1_000;

/** Stores the caller's name. A failure is logged and does not fail the request. */
export function createRemember(deps: { pool: Queryable; log: Log; waitMs?: number }) {
  const { pool, log, waitMs = REMEMBER_WITHIN_MS } = deps;
  return async (principal: Principal): Promise<void> => {
    const storing = withoutTrace(() => rememberPrincipal(pool, principal)).catch((error: unknown) =>
      logEvent(log, 'nameNotKept', { err: error }),
    );
    await within(storing, waitMs);
  };
}
