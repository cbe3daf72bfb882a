import type { Queryable } from '@aio/platform/queryable';
import { rememberPrincipal } from '@aio/platform/queries/principals';
import { withoutTrace } from '@aio/runtime/trace-context';
import { logEvent } from '@aio/runtime/log-event';
import type { Log } from '../log.ts';
import type { Principal } from './principal.ts';

/** Keeps who was seen; that it cannot be kept just now is nobody's fault who was. */
export function createRemember({ pool, log }: { pool: Queryable; log: Log }) {
  return async (principal: Principal): Promise<void> => {
    try {
      await withoutTrace(() => rememberPrincipal(pool, principal));
    } catch (error) {
      logEvent(log, 'nameNotKept', { err: error });
    }
  };
}
