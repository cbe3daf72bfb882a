import { AioError } from '@aio/core/errors';
import { v7 as uuidv7 } from 'uuid';
import type { Queryable } from '../../postgres/queryable.ts';

export interface NewEvent {
  owner: string;
  /** true = it reaches steps of all owners; else only those of `owner`. */
  forAll?: boolean;
  name: string;
  /** A step waits for a name and a key. */
  key: string;
  /** JSON text. */
  payload: string;
  /** How long to keep it if no step waits for it; at least a minute. */
  keepForMs: number;
  /** Trace context of the request; null = not traced. */
  traceparent: string | null;
  /** While the event exists, the same key of the owner stands for it. */
  idempotency: { key: string; requestHash: string } | null;
}

export interface PostedEvent {
  eventId: string;
  /** true = the event already existed, with the same key and hash. */
  replayed: boolean;
}

// An event must not expire between this commit and its delivery.
const KEPT_AT_LEAST_MS = 60_000;

/**
 * Stores an event. Call `deliverEvents` with its id after the commit. A step that starts to wait at the same moment
 * looks for events after its own commit, so one of the two finds the other.
 * @throws AioError `idempotency_conflict` if its key stands for another event
 */
export async function postEvent(db: Queryable, event: NewEvent): Promise<PostedEvent> {
  const id = uuidv7();
  const { owner, forAll = false, name, key, payload, keepForMs, traceparent, idempotency } = event;
  const { rows } = await db.query({
    name: 'post-event',
    // Also writes an existing key, to wait for a concurrent transaction that inserts it.
    text: `
      insert into events (id, owner, name, key, payload, idempotency_key, request_hash, expires_at, for_all,
                          traceparent)
      values ($1, $2, $3, $4, $5, $6, $7, now() + $8::float8 * interval '1 millisecond', $9, $10)
      on conflict (owner, idempotency_key) do update set idempotency_key = excluded.idempotency_key
      returning id, request_hash`,
    values: [
      id,
      owner,
      name,
      key,
      payload,
      idempotency?.key ?? null,
      idempotency?.requestHash ?? null,
      Math.max(keepForMs, KEPT_AT_LEAST_MS),
      forAll,
      traceparent,
    ],
  });
  const { id: eventId, request_hash: requestHash } = rows[0];
  if (requestHash !== (idempotency?.requestHash ?? null)) {
    throw new AioError(
      'idempotency_conflict',
      'You used this Idempotency-Key with another event. Use a new key.',
    );
  }
  return { eventId, replayed: eventId !== id };
}
