import type { Queryable } from '@aio/platform/queryable';
import { type AuditActor, writeAudit } from '@aio/platform/queries/audit-log';
import type { Log } from '../log.ts';

/** Logins and logouts are in Redis: an audit log that is away keeps nobody from either, and is told. */
export function createAuditOfLogins({ pool, log }: { pool: Queryable; log: Log }) {
  return async (actor: AuditActor): Promise<void> => {
    try {
      await writeAudit(pool, actor, { target: `users/${actor.subject}` });
    } catch (error) {
      log.error({ err: error, ...actor }, 'A login or logout is missing in the audit log');
    }
  };
}
