import { v7 as uuidv7 } from 'uuid';
import type { Queryable } from '../postgres/queryable.ts';
import { type Page, type PageRequest, parseIdCursor, toPage } from './page.ts';

/** The user or program that does something, the route, and the address. */
export interface AuditActor {
  subject: string;
  name: string;
  via: 'bearer' | 'session';
  /** Id of the route. */
  action: string;
  /** Address of the client; null = unknown. */
  address: string | null;
  /** null = not traced. */
  traceId: string | null;
}

/** A change that a user or program made. */
export interface AuditEntry extends AuditActor {
  id: string;
  at: Date;
  /** e.g. `runs/0199…`; null = the system. */
  target: string | null;
  details: Record<string, unknown> | null;
}

/** Writes an entry. Pass the change's transaction, so that both are committed or neither is. */
export async function writeAudit(
  db: Queryable,
  actor: AuditActor,
  what: {
    /** Default: a new id. */
    id?: string;
    target: string | null;
    details?: Record<string, unknown>;
  },
): Promise<void> {
  const { subject, name, via, action, address, traceId } = actor;
  await db.query({
    name: 'write-audit',
    text: `
      insert into audit_log (id, subject, name, via, action, target, address, trace_id, details)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    values: [
      what.id ?? uuidv7(),
      subject,
      name,
      via,
      action,
      what.target,
      address,
      traceId,
      what.details === undefined ? null : JSON.stringify(what.details),
    ],
  });
}

export interface AuditFilter {
  /** A name or a subject. */
  who?: string | undefined;
  /** Leaves out what this subject did. */
  hidden?: string | undefined;
  action?: string | undefined;
  target?: string | undefined;
  after?: Date | undefined;
  before?: Date | undefined;
}

/** Newest first. */
export async function listAudit(
  db: Queryable,
  { limit, cursor, who, hidden, action, target, after, before }: PageRequest & AuditFilter,
): Promise<Page<AuditEntry>> {
  const { rows } = await db.query({
    name: 'list-audit',
    text: `
      select id, at, subject, name, via, action, target, address, trace_id as "traceId", details
      from audit_log
      where ($2::uuid is null or id < $2)
        and ($3::text is null or subject in (
          select $3 union select p.subject from principals p where p.name = $3))
        and ($8::text is null or subject <> $8)
        and ($4::text is null or action = $4) and ($5::text is null or target = $5)
        and ($6::timestamptz is null or at > $6) and ($7::timestamptz is null or at < $7)
      order by id desc limit $1`,
    values: [
      limit + 1,
      parseIdCursor(cursor),
      who ?? null,
      action ?? null,
      target ?? null,
      after ?? null,
      before ?? null,
      hidden ?? null,
    ],
    // The best index depends on the filters.
    prepare: false,
  });
  return toPage<AuditEntry>(rows, limit, ({ id }) => id);
}
