import { AioError } from '@aio/core/errors';
import { v7 as uuidv7 } from 'uuid';
import type { Queryable } from '../../postgres/queryable.ts';

export interface NewEvent {
  /** The subject whose steps may get it; null = those of every owner. */
  owner: string | null;
  name: string;
  /** A step waits for a name and a key. */
  key: string;
  /** JSON text. */
  payload: string;
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

const KEPT_FOR = '7 days';

/**
 * Stores an event. Call `deliverEvents` with its id after the commit. A step that starts to wait at the same moment
 * looks for events after its own commit, so one of the two finds the other.
 * @throws AioError `idempotency_conflict` if its key stands for another event
 */
export async function postEvent(db: Queryable, event: NewEvent): Promise<PostedEvent> {
  const id = uuidv7();
  const { owner, name, key, payload, traceparent, idempotency } = event;
  const { rows } = await db.query({
    name: 'post-event',
    // Also writes an existing key, to wait for a concurrent transaction that inserts it.
    text: `
      insert into events (id, owner, name, key, payload, idempotency_key, request_hash, traceparent, expires_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, now() + interval '${KEPT_FOR}')
      on conflict (owner, idempotency_key) where idempotency_key is not null do update set idempotency_key = excluded.idempotency_key
      returning id, request_hash`,
    values: [
      id,
      owner,
      name,
      key,
      payload,
      idempotency?.key ?? null,
      idempotency?.requestHash ?? null,
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
