import { AioError } from '@aio/core/errors';
import { v7 as uuidv7 } from 'uuid';
import type { Queryable } from '../queryable.ts';

export interface NewEvent {
  owner: string;
  /** true = it reaches steps of every owner; else of its own. */
  forAll?: boolean;
  name: string;
  /** Which one of that name: a step waits for both. */
  key: string;
  /** JSON text. */
  payload: string;
  /** How long it is kept when no step waits for it; less than a minute counts as one. */
  keepForMs: number;
  /** Of the request that posts it; null = not traced. */
  traceparent: string | null;
  /** As long as the event is remembered, the same key of an owner stands for it. */
  idempotency: { key: string; requestHash: string } | null;
}

export interface PostedEvent {
  eventId: string;
  /** true = the event was there already, under the same key and hash. */
  replayed: boolean;
}

// Between this commit and the look for steps that wait, an event must not expire.
const KEPT_AT_LEAST_MS = 60_000;

/**
 * Keeps an event. Call `deliverEvents` with its id once this is committed: a step that comes to wait
 * at the same moment looks for kept events after its own commit, so that one of the two finds the other.
 * @throws AioError `idempotency_conflict` when its key stands for another event
 */
export async function postEvent(db: Queryable, event: NewEvent): Promise<PostedEvent> {
  const id = uuidv7();
  const { owner, forAll = false, name, key, payload, keepForMs, traceparent, idempotency } = event;
  const { rows } = await db.query({
    name: 'post-event',
    // A key that is taken is written all the same: that waits for whoever takes it at this moment.
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
    throw new AioError('idempotency_conflict', 'This Idempotency-Key was used with another event.');
  }
  return { eventId, replayed: eventId !== id };
}
