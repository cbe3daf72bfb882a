import { readEventSeqs } from '@aio/platform/queries/runs/run-events';
import { AioError } from '@aio/core/errors';
import { type Principal, scopeOf } from '../../auth/principal.ts';
import type { Route } from '../../http/define-route.ts';
import type { RouteDeps } from '../route-deps.ts';
import { postEventRoute } from './post-event.ts';
import { listEventsRoute } from './list-events.ts';
import { streamRunEvents } from './stream-run-events.ts';

export function eventRoutes(deps: RouteDeps): Route[] {
  const { pool, feeds, metrics, atOnce, slices, log } = deps;
  async function readEventSeq(principal: Principal, id: string): Promise<number> {
    const seq = (await readEventSeqs(pool, [id], scopeOf(principal))).get(id);
    if (seq !== undefined) return seq;
    throw new AioError('not_found', `There is no run ${id}.`);
  }

  const { runs, readEvents, texts } = feeds;
  return [
    streamRunEvents({ feeds: runs, texts, readEventSeq, readEvents, metrics, atOnce, slices, log }),
    postEventRoute(deps),
    listEventsRoute(deps),
  ];
}
