import { GAME_DAYS_ACCOUNT } from '@aio/catalog/game-days';
import { type AuditEntry, listAudit } from '@aio/platform/queries/audit-log';
import { DEFAULT_PAGE_SIZE } from '../../http/common-schema.ts';
import { defineRoute, PAGE, type Route } from '../../http/define-route.ts';
import { isoTime, readTime } from '../../http/iso-time.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { AuditPage, ListAuditQuery } from './schema.ts';

export function auditRoutes(deps: Pick<RouteDeps, 'pool' | 'traceUrlOf'>): Route[] {
  const present = (entry: AuditEntry) => ({
    ...entry,
    at: isoTime(entry.at),
    traceUrl: deps.traceUrlOf(entry.traceId),
  });

  return [
    defineRoute({
      id: 'listAudit',
      tag: 'audit',
      summary: 'List changes with their actors, newest first',
      method: 'GET',
      atMost: PAGE,
      path: '/api/v1/audit',
      query: ListAuditQuery,
      responses: { 200: json('A page of the audit log', AuditPage) },
      async handler({ query }) {
        const { limit = DEFAULT_PAGE_SIZE, cursor = null, who, action, target, gameDays } = query;
        const { items, nextCursor } = await listAudit(deps.pool, {
          limit,
          cursor,
          who,
          hidden: gameDays || who || target ? undefined : GAME_DAYS_ACCOUNT.subject,
          action,
          target,
          after: readTime(query.after),
          before: readTime(query.before),
        });
        return reply(200, { items: items.map(present), nextCursor });
      },
    }),
  ];
}
