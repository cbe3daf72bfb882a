import type { Queryable } from '@aio/platform/queryable';
import { rememberPrincipal } from '@aio/platform/queries/principals';
import { withoutTrace } from '@aio/runtime/trace-context';
import { logEvent } from '@aio/runtime/log-event';
import type { Log } from '../log.ts';
import type { Principal } from './principal.ts';

/** Stores the caller's name. A failure is logged and does not fail the request. */
export function createRemember({ pool, log }: { pool: Queryable; log: Log }) {
  return async (principal: Principal): Promise<void> => {
    try {
      await withoutTrace(() => rememberPrincipal(pool, principal));
    } catch (error) {
      logEvent(log, 'nameNotKept', { err: error });
    }
  };
}
