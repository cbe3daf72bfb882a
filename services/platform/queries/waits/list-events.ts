import type { Queryable } from '../../postgres/queryable.ts';
import { type Page, type PageRequest, parseIdCursor, toPage } from '../page.ts';

export type EventState = 'kept' | 'taken';

export interface Event {
  id: string;
  name: string;
  key: string;
  /** `kept` = the next step that waits for it takes it. */
  state: EventState;
  /** The step that received it (iteration null = the step itself); null = none yet. */
  takenBy: { runId: string; step: string; iteration: number | null } | null;
  receivedAt: Date;
  takenAt: Date | null;
  /** When AIO forgets it. */
  keptUntil: Date;
}

export interface EventFilter {
  /** A subject; null = any. */
  owner?: string | null | undefined;
  name?: string | undefined;
  key?: string | undefined;
  state?: EventState | undefined;
}

const COLUMNS = `
  id, name, key, taken_by as "takenBy", created_at as "receivedAt", taken_at as "takenAt",
  expires_at as "keptUntil", case when taken_at is null then 'kept' else 'taken' end as state`;

const IN_STATE: Record<EventState, string> = {
  kept: 'taken_at is null',
  taken: 'taken_at is not null',
};

/** Newest first, without payloads. */
export async function listEvents(
  db: Queryable,
  { limit, cursor, owner, name, key, state }: PageRequest & EventFilter,
): Promise<Page<Event>> {
  const { rows } = await db.query({
    name: 'list-events',
    text: `
      select ${COLUMNS} from events
      where expires_at > now() and ($1::text is null or name = $1) and ($2::text is null or key = $2)
        and ($3::uuid is null or id < $3) and ($5::text is null or owner = $5) and ${state === undefined ? 'true' : IN_STATE[state]}
      order by id desc limit $4`,
    values: [name ?? null, key ?? null, parseIdCursor(cursor), limit + 1, owner ?? null],
    // The best index depends on the filters.
    prepare: false,
  });
  return toPage<Event>(rows, limit, (event) => event.id);
}

/** @returns undefined = it is unknown or deleted */
export async function getEvent(db: Queryable, id: string): Promise<Event | undefined> {
  const { rows } = await db.query({
    name: 'get-event',
    text: `select ${COLUMNS} from events where id = $1`,
    values: [id],
  });
  return rows[0];
}
