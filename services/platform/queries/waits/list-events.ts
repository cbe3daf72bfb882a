import type { Queryable } from '../../postgres/queryable.ts';
import { type Page, type PageRequest, parseIdCursor, toPage } from '../page.ts';

export type EventState = 'kept' | 'taken' | 'expired';

/** A step that received an event; iteration null = the step itself. */
export interface EventTarget {
  runId: string;
  step: string;
  iteration: number | null;
}

export interface EventSummary {
  id: string;
  owner: string;
  name: string;
  key: string;
  /** `kept` = the next step that waits for it takes it. */
  state: EventState;
  /** Number of steps that received it. */
  deliveries: number;
  /** The first 100 of these steps. */
  reached: EventTarget[];
  receivedAt: Date;
  takenAt: Date | null;
  /** null = taken. */
  keptUntil: Date | null;
}

export interface EventDetail extends EventSummary {
  payload: unknown;
}

export interface EventFilter {
  /** A subject; null = any. */
  owner?: string | null | undefined;
  name?: string | undefined;
  key?: string | undefined;
  state?: EventState | undefined;
}

const COLUMNS = `
  id, owner, name, key, deliveries, coalesce(reached, '[]') as reached, created_at as "receivedAt",
  taken_at as "takenAt", case when taken_at is null then expires_at end as "keptUntil",
  case when taken_at is not null then 'taken' when expires_at > now() then 'kept' else 'expired' end as state`;

const IN_STATE: Record<EventState, string> = {
  kept: 'taken_at is null and expires_at > now()',
  taken: 'taken_at is not null',
  expired: 'taken_at is null and expires_at <= now()',
};

/** Newest first, without payloads. */
export async function listEvents(
  db: Queryable,
  { limit, cursor, owner, name, key, state }: PageRequest & EventFilter,
): Promise<Page<EventSummary>> {
  const { rows } = await db.query({
    name: 'list-events',
    text: `
      select ${COLUMNS} from events
      where ($1::text is null or name = $1) and ($2::text is null or key = $2)
        and ($3::uuid is null or id < $3) and ($5::text is null or owner = $5) and ${state === undefined ? 'true' : IN_STATE[state]}
      order by id desc limit $4`,
    values: [name ?? null, key ?? null, parseIdCursor(cursor), limit + 1, owner ?? null],
    // The best index depends on the filters.
    prepare: false,
  });
  return toPage<EventSummary>(rows, limit, (event) => event.id);
}

/**
 * @param owner a subject; null = any
 * @returns null = unknown, deleted, or another owner has it
 */
export async function getEvent(
  db: Queryable,
  id: string,
  owner: string | null,
): Promise<EventDetail | null> {
  const { rows } = await db.query({
    name: 'get-event',
    text: `select ${COLUMNS}, payload from events
      where id = $1 and ($2::text is null or owner = $2)`,
    values: [id, owner],
  });
  return rows[0] ?? null;
}
