import { Type } from 'typebox';
import type { Probes } from '@aio/platform/probes';
import { OneOf } from '../../http/common-schema.ts';
import { defineRoute, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';

const Status = OneOf(['ok', 'unavailable']);
const COMPONENTS = ['database', 'redis', 'redis_cache'] as const;

const ReadinessSchema = Type.Object(
  {
    status: Status,
    components: Type.Object({
      database: Status,
      redis: Status,
      /** Where sessions, rate limits and caches have a Redis of their own. */
      redis_cache: Type.Optional(Status),
    }),
    notes: Type.Optional(
      Type.Array(Type.String(), {
        description: 'What an operator should know, though nobody is refused for it.',
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
      summary: 'Whether this process is alive',
      method: 'GET',
      path: '/health',
      responses: {
        200: json('It is', Type.Object({ status: Type.Literal('ok') }, { title: 'Health' })),
      },
      handler: () => reply(200, { status: 'ok' as const }),
    }),

    defineRoute({
      id: 'getReadiness',
      tag: 'health',
      summary: 'Whether the parts this process stands on answer',
      description:
        'Submissions go on without Redis: a balancer asks with `require=database`, and then only that part decides the status.',
      method: 'GET',
      path: '/ready',
      query: Type.Object(
        { require: Type.Optional(OneOf(COMPONENTS)) },
        { additionalProperties: false },
      ),
      responses: {
        200: json('All that is required answers', ReadinessSchema),
        503: json('A required part is away', ReadinessSchema),
      },
      async handler({ query }) {
        const readiness = await deps.probes.check(query.require ?? null);
        return reply(readiness.status === 'ok' ? 200 : 503, readiness);
      },
    }),
  ];
}
