import type { Queryable } from '@aio/platform/queryable';
import { type AuditActor, writeAudit } from '@aio/platform/queries/audit-log';
import { logEvent } from '@aio/runtime/log-event';
import type { Log } from '../log.ts';

/** Writes logins and logouts to the audit log. If that fails, users still log in and out; the log reports it. */
export function createAuditOfLogins({ pool, log }: { pool: Queryable; log: Log }) {
  return async (actor: AuditActor): Promise<void> => {
    try {
      await writeAudit(pool, actor, { target: `users/${actor.subject}` });
    } catch (error) {
      const { subject: who, name, action } = actor;
      logEvent(log, 'auditMissing', { err: error, who, name, action });
    }
  };
}
