import { Type } from 'typebox';
import type { Slices } from '@aio/platform/postgres/slices';
import type { Metrics } from '@aio/catalog/metrics/instruments';
import { writeJson } from '@aio/core/json/json-text';
import { logEvent } from '@aio/runtime/log-event';
import type { LiveTextSubscriber } from '@aio/platform/queues/live-texts';
import type { Principal } from '../../auth/principal.ts';
import { writeEventStream } from '@aio/http/event-stream';
import { isLastEvent, RunEventSchema, type RunEvent } from '../../events/run-event.ts';
import { StepTextSchema, withTexts } from '../../events/step-text.ts';
import type { ReadRunEvents, RunFeeds } from '../../events/run-feeds.ts';
import { defineRoute, EVENT, type Route } from '../../http/define-route.ts';
import { empty, eventStream, reply } from '../../http/reply.ts';
import type { AtOnce } from '../../limits/at-once.ts';
import type { Log } from '../../log.ts';
import { RunParams } from '../runs/schema.ts';
import { whileOpen } from './while-open.ts';

const LastEventId = Type.String({
  pattern: '^\\d{1,15}$',
  description: 'Number of the last event that you received. The stream resumes after it.',
});

export function streamRunEvents(deps: {
  feeds: RunFeeds;
  texts: Pick<LiveTextSubscriber, 'watch'>;
  /** Number of the run's latest event. @throws AioError `not_found` */
  readEventSeq: (principal: Principal, runId: string) => Promise<number>;
  readEvents: ReadRunEvents;
  metrics: Pick<Metrics<'api'>, 'httpEventStreams'>;
  atOnce: AtOnce;
  slices: Pick<Slices, 'perform'>;
  log: Log;
}): Route {
  /** Streams share the events that they send, and their texts. */
  const written = new WeakMap<RunEvent, string>();
  return defineRoute({
    id: 'streamRunEvents',
    tag: 'runs',
    summary: 'Follow a run as server-sent events',
    description:
      'The API numbers the events of each run. To resume without a gap, send the last number as Last-Event-ID. The stream ends with the run. If you have received its last event, the API answers 204, and an EventSource stops. With `texts=true`, you also get `step.text`: pieces of the texts that models are writing, without a number. Pieces may be lost, and nobody stores them.',
    method: 'GET',
    atMost: EVENT,
    path: '/api/v1/runs/{id}/events',
    params: RunParams,
    query: Type.Object(
      { lastEventId: Type.Optional(LastEventId), texts: Type.Optional(Type.Boolean()) },
      { additionalProperties: false },
    ),
    headers: Type.Object({ 'last-event-id': Type.Optional(LastEventId) }),
    responses: {
      200: eventStream('The events', Type.Union([RunEventSchema, StepTextSchema])),
      204: empty('The run is finished, and you have received all its events'),
    },
    async handler(request) {
      const { params, query, headers, principal } = request;
      const { id } = params;
      const latest = await deps.readEventSeq(principal, id);
      const seen = Number(headers['last-event-id'] ?? query.lastEventId ?? 0);
      const afterSeq = Math.min(seen, latest);
      if (afterSeq === latest && (await isFinished(id, latest))) return reply(204, undefined);
      deps.atOnce.enter('event_streams', request);
      deps.atOnce.enter('run_streams', request, 1, id);
      const batches = whileOpen(
        deps.metrics.httpEventStreams,
        deps.feeds.follow(id, afterSeq, request.signal),
      );
      const events = mapBatches(batches);
      const answer = query.texts === true ? withTexts(events, id, deps.texts) : events;
      return reply(200, writeEventStream(answer, logCut));
    },
  });

  async function isFinished(runId: string, latest: number): Promise<boolean> {
    return (await deps.readEvents(runId, latest - 1, 1)).some(isLastEvent);
  }

  /** One batch wakes all streams of a run at once, so they take turns. */
  async function* mapBatches(batches: AsyncIterable<readonly RunEvent[]>) {
    for await (const batch of batches) {
      yield await deps.slices.perform({}, () => batch.map(toStreamEvent));
    }
  }

  function toStreamEvent(event: RunEvent) {
    const data = written.get(event) ?? writeJson(event);
    written.set(event, data);
    return { id: event.seq, event: event.type, data };
  }

  function logCut(error: unknown): void {
    logEvent(deps.log, 'streamEndedEarly', { err: error, route: '/api/v1/runs/{id}/events' });
  }
}
