import { Type } from 'typebox';
import { type Probes, REQUIRABLE } from '@aio/platform/probes';
import { OneOf } from '../../http/common-schema.ts';
import { defineRoute, type Route, SMALL } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';

const Status = OneOf(['ok', 'unavailable']);

const ReadinessSchema = Type.Object(
  {
    status: Status,
    components: Type.Object({
      database: Status,
      redis: Status,
      /** Present if REDIS_CACHE_URL names another Redis. */
      redis_cache: Type.Optional(Status),
    }),
    notes: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Hints for operators that do not change `status`.',
      }),
    ),
  },
  { title: 'Readiness', additionalProperties: false },
);

export function healthRoutes(deps: { probes: Pick<Probes, 'check'> }): Route[] {
  return [
    defineRoute({
      id: 'getHealth',
      tag: 'health',
      summary: 'Check whether the API process runs',
      method: 'GET',
      atMost: SMALL,
      path: '/health',
      responses: {
        200: json(
          'The process runs',
          Type.Object({ status: Type.Literal('ok') }, { title: 'Health' }),
        ),
      },
      handler: () => reply(200, { status: 'ok' as const }),
    }),

    defineRoute({
      id: 'getReadiness',
      tag: 'health',
      summary: 'Check whether the services that the API needs answer',
      description:
        'Always answers with the state of every component. `require` says which one decides the status: `database` for a balancer that has another replica to choose, since the API accepts runs without Redis; `process` for one that has none: the API answers 503 until the database has answered once, and while it stops.',
      method: 'GET',
      atMost: SMALL,
      path: '/ready',
      query: Type.Object(
        { require: Type.Optional(OneOf(REQUIRABLE)) },
        { additionalProperties: false },
      ),
      responses: {
        200: json('All required services answer', ReadinessSchema),
        503: json('A required service is down', ReadinessSchema),
      },
      async handler({ query }) {
        const readiness = await deps.probes.check(query.require ?? null);
        return reply(readiness.status === 'ok' ? 200 : 503, readiness);
      },
    }),
  ];
}
