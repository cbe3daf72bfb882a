import type { Metrics } from '@aio/catalog/metrics/instruments';
import { writeJson } from '@aio/core/json/json-text';
import { logEvent } from '@aio/runtime/log-event';
import { scopeOf } from '../../auth/principal.ts';
import type { FollowList, ListedSummary } from '../../events/create-feeds.ts';
import { writeEventStream } from '@aio/http/event-stream';
import { defineRoute, EVENT, type Route } from '../../http/define-route.ts';
import { eventStream, reply } from '../../http/reply.ts';
import type { AtOnce } from '../../limits/at-once.ts';
import type { Log } from '../../log.ts';
import type { TraceLinks } from '../../trace-links.ts';
import { presentRunSummary } from '../runs/present-run.ts';
import { RunSummarySchema } from '../runs/schema.ts';
import { whileOpen } from './while-open.ts';

const PATH = '/api/v1/events/runs';

export function streamRuns(deps: {
  follow: FollowList;
  links: TraceLinks;
  metrics: Pick<Metrics<'api'>, 'httpEventStreams'>;
  atOnce: AtOnce;
  log: Log;
}): Route {
  /** Streams share the runs that they send, and their texts: the first batch has 58 kB. */
  const texts = new WeakMap<ListedSummary, string>();
  return defineRoute({
    id: 'streamRuns',
    tag: 'runs',
    summary: 'Follow the list of runs as server-sent events',
    description:
      'Sends the newest runs, then `run.changed` for each run that changes. You cannot resume this stream: after a reconnect it starts again with the newest runs.',
    method: 'GET',
    atMost: EVENT,
    path: PATH,
    responses: { 200: eventStream('Runs that changed', RunSummarySchema) },
    handler(request) {
      deps.atOnce.enter('event_streams', request);
      const { principal, signal } = request;
      const batches = whileOpen(
        deps.metrics.httpEventStreams,
        { stream: 'runs' },
        deps.follow(scopeOf(principal), signal),
      );
      return reply(200, writeEventStream(presentBatches(batches), logCut));
    },
  });

  async function* presentBatches(batches: AsyncIterable<ListedSummary[]>) {
    for await (const runs of batches) {
      yield runs.map((run) => ({ event: 'run.changed', data: textOf(run) }));
    }
  }

  function textOf(run: ListedSummary): string {
    const text = texts.get(run) ?? writeJson(presentRunSummary(run, deps.links));
    texts.set(run, text);
    return text;
  }

  function logCut(error: unknown): void {
    logEvent(deps.log, 'streamEndedEarly', { err: error, route: PATH });
  }
}
