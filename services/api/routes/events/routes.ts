import { readEventSeqs } from '@aio/platform/queries/run-events';
import type { Route } from '../../http/define-route.ts';
import type { RouteDeps } from '../route-deps.ts';
import { postEventRoute } from './post-event.ts';
import { readEventRoutes } from './read-events.ts';
import { streamRunEvents } from './stream-run-events.ts';
import { streamRuns } from './stream-runs.ts';

export function eventRoutes(deps: RouteDeps): Route[] {
  const { pool, feeds, links, metrics, log } = deps;
  const readEventSeq = async (id: string) => (await readEventSeqs(pool, [id])).get(id);
  const { runs, list, readEvents } = feeds;
  return [
    streamRunEvents({ feeds: runs, readEventSeq, readEvents, metrics, log }),
    // Before `/events/{id}`, which its path would fit as well.
    streamRuns({ feed: list, links, metrics, log }),
    postEventRoute(deps),
    ...readEventRoutes(deps),
  ];
}
