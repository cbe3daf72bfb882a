import { hash, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The parts of Koa's context that the middleware uses. */
export interface KeyedContext {
  readonly method: string;
  readonly originalUrl: string;
  readonly req: IncomingMessage;
  readonly request: object;
  readonly response: { get(header: string): string };
  readonly message: string;
  status: number;
  body: unknown;
  get(header: string): string;
  set(headers: Record<string, string>): void;
}

/** An answer as the store keeps it. */
export interface StoredAnswer {
  status: number;
  headers: Record<string, string>;
  /** null = none. */
  body: string | null;
  /** Bytes that are no text. */
  isBase64: boolean;
}

/** What a key stands for when a request arrives with it. */
export type Claim =
  /** This request is to be executed. */
  | { state: 'mine' }
  /** Another request with the key is being executed. */
  | { state: 'busy' }
  /** The key was used with another request. */
  | { state: 'other' }
  | { state: 'answered'; answer: StoredAnswer };

/** A key of one caller, and the request and execution that claim it. */
export interface KeyUse {
  scope: string;
  key: string;
  requestHash: string;
  /** Names the execution, so that one that was given up stores nothing. */
  claimId: string;
}

export interface IdempotencyStore {
  /** Gives the key to one of all concurrent callers, in all processes. */
  claim(use: KeyUse): Promise<Claim>;
  /** @returns false = the execution took longer than its claim, so another may have begun */
  answer(use: KeyUse, answer: StoredAnswer): Promise<boolean>;
  /** Gives the key up, so that a repeated request is executed. */
  release(use: KeyUse): Promise<void>;
}

const METHODS = new Set(['POST', 'PATCH']);
const KEY = /^[\x21-\x7e]{1,255}$/;
/** Answers that ask for a repetition. Like 5xx, they are not stored. */
const ASKS_AGAIN = new Set([408, 409, 425, 429]);
const HEADERS = ['Content-Type', 'Content-Language', 'ETag', 'Link', 'Location'];
const RETRY_AFTER_S = 1;
const STREAMS = [ReadableStream, Blob, Response];

/**
 * Koa middleware: POST and PATCH requests with the same Idempotency-Key are executed once
 * (draft-ietf-httpapi-idempotency-key-header-07). Put it behind authentication and a body parser.
 *
 * - Same key, same method, URL and body: the stored answer, with `Idempotency-Replayed: true`.
 * - Same key, another request: 422. The first request is still being executed: 409 with Retry-After. Invalid key: 400.
 * - An answer 5xx, 408, 409, 425 or 429, and a handler that throws, store nothing: a repeated request is executed.
 *
 * A process that dies between your commit and the stored answer leaves a key whose next request is executed again. If
 * that must not happen, write the key in the transaction of the work, as one more row.
 * @param options.scopeOf whose keys these are, e.g. the id of the user: callers never get each other's answers
 * @param options.bodyOf the request's body; default: what koa-bodyparser and koa-body leave in `ctx.request`
 * @param options.headers headers of the answer to keep, without Set-Cookie
 * @param options.onError gets errors of the store after the execution; the client gets its answer all the same
 */
export function idempotency<Context extends KeyedContext>(options: {
  store: IdempotencyStore;
  scopeOf: (ctx: Context) => string;
  bodyOf?: (ctx: Context) => string;
  headers?: readonly string[];
  onError: (error: unknown) => void;
}): (ctx: Context, next: () => Promise<unknown>) => Promise<unknown> {
  const { store, scopeOf, bodyOf = parsedBodyOf, headers = HEADERS, onError } = options;
  return async (ctx, next) => {
    const key = ctx.get('Idempotency-Key');
    if (key === '' || !METHODS.has(ctx.method)) return next();
    if (!KEY.test(key))
      return refuse(ctx, 400, 'An Idempotency-Key has 1 to 255 visible ASCII characters.');
    const request = JSON.stringify([ctx.method, ctx.originalUrl, bodyOf(ctx)]);
    const requestHash = hash('sha256', request, 'base64url');
    const use = { scope: scopeOf(ctx), key, requestHash, claimId: randomUUID() };
    const claim = await store.claim(use);
    if (claim.state === 'answered') return replay(ctx, claim.answer);
    if (claim.state === 'other')
      return refuse(ctx, 422, 'You used this Idempotency-Key with another request. Use a new key.');
    if (claim.state === 'busy') {
      ctx.set({ 'Retry-After': String(RETRY_AFTER_S) });
      return refuse(ctx, 409, 'A request with this Idempotency-Key is in progress. Try again.');
    }
    let answer: StoredAnswer | null = null;
    try {
      await next();
      answer = ctx.status >= 500 || ASKS_AGAIN.has(ctx.status) ? null : read(ctx, headers);
    } finally {
      await keep(use, answer).catch(onError);
    }
  };

  async function keep(use: KeyUse, answer: StoredAnswer | null): Promise<void> {
    if (answer === null) return store.release(use);
    if (await store.answer(use, answer)) return;
    throw new Error(`A request took longer than the claim of its Idempotency-Key ${use.key}.`);
  }
}

/** @throws TypeError if no parser has read the body */
function parsedBodyOf({ req, request }: KeyedContext): string {
  const { rawBody, body } = request as { rawBody?: string; body?: unknown };
  const isSent =
    Number(req.headers['content-length'] ?? 0) > 0 || 'transfer-encoding' in req.headers;
  if (isSent && rawBody === undefined && body === undefined)
    throw new TypeError('`idempotency` has no body: put a body parser before it, or set `bodyOf`.');
  return rawBody ?? JSON.stringify(body ?? null);
}

/** @throws TypeError for a stream, which cannot be repeated */
function read({ status, body, response }: KeyedContext, names: readonly string[]): StoredAnswer {
  const kept = names.map((name) => [name, response.get(name)]).filter(([, value]) => value !== '');
  const rest = { status, headers: Object.fromEntries(kept) as Record<string, string> };
  if (body === null || body === undefined) return { ...rest, body: null, isBase64: false };
  if (Buffer.isBuffer(body)) return { ...rest, body: body.toString('base64'), isBase64: true };
  if (typeof body === 'string') return { ...rest, body, isBase64: false };
  const { pipe } = body as { pipe?: unknown };
  if (pipe !== undefined || STREAMS.some((type) => body instanceof type))
    throw new TypeError('`idempotency` stores texts, buffers and JSON, not streams.');
  return { ...rest, body: JSON.stringify(body), isBase64: false };
}

function replay(ctx: KeyedContext, { status, headers, body, isBase64 }: StoredAnswer): void {
  ctx.status = status;
  // Before the headers, because Koa guesses the type of a body.
  ctx.body = isBase64 ? Buffer.from(body ?? '', 'base64') : body;
  ctx.status = status;
  ctx.set({ ...headers, 'Idempotency-Replayed': 'true' });
}

/** Problem details (RFC 9457). */
function refuse(ctx: KeyedContext, status: number, detail: string): void {
  ctx.status = status;
  ctx.body = JSON.stringify({ status, title: ctx.message, detail });
  ctx.set({ 'Content-Type': 'application/problem+json' });
}

/** The part of a pool of `pg` that the store uses. */
export interface IdempotencyPool {
  query(text: string, values: readonly unknown[]): Promise<{ rows: unknown[] }>;
}

/**
 * Keys in PostgreSQL:
 * ```sql
 * create table idempotency_keys (
 *   scope text, key text, request_hash text not null, claim_id uuid not null,
 *   answer json,                      -- null = the request is in progress
 *   expires_at timestamptz not null,  -- of the claim, then of the answer
 *   primary key (scope, key)
 * );
 * ```
 * Delete old rows once a day: `delete from idempotency_keys where expires_at < now()`.
 * @param options.claimMs longer than the slowest handler: then the process is taken for dead
 * @param options.keepMs an answer is repeated for this time
 * @throws TypeError if `table` is no name
 */
export function pgIdempotencyStore(
  pool: IdempotencyPool,
  { table = 'idempotency_keys', claimMs = 60_000, keepMs = 86_400_000 } = {},
): IdempotencyStore {
  if (!/^[a-z_]\w*(\.[a-z_]\w*)?$/i.test(table)) throw new TypeError(`No table name: ${table}`);
  // The update waits for a concurrent insert of the key, and returns its row unless that has expired.
  const later = "now() + $1 * interval '1 millisecond'";
  const claim = `insert into ${table} as k (scope, key, request_hash, claim_id, expires_at)
    values ($2, $3, $4, $5, ${later})
    on conflict (scope, key) do update set (request_hash, claim_id, answer, expires_at) = (
      select case when old then excluded.request_hash else k.request_hash end,
             case when old then excluded.claim_id else k.claim_id end,
             case when old then null else k.answer end,
             case when old then excluded.expires_at else k.expires_at end
      from (select k.expires_at <= now() as old) as o)
    returning claim_id = $5 as "isMine", request_hash = $4 as "isSame", answer`;
  const mine = 'where scope = $1 and key = $2 and claim_id = $3';
  return {
    async claim({ scope, key, requestHash, claimId }) {
      const { rows } = await pool.query(claim, [claimMs, scope, key, requestHash, claimId]);
      const [row] = rows as { isMine: boolean; isSame: boolean; answer: StoredAnswer | null }[];
      if (row?.isMine) return { state: 'mine' };
      if (!row?.isSame) return { state: 'other' };
      return row.answer === null ? { state: 'busy' } : { state: 'answered', answer: row.answer };
    },
    async answer({ scope, key, claimId }, answer) {
      const { rows } = await pool.query(
        `update ${table} set answer = $4, expires_at = now() + $5 * interval '1 millisecond' ${mine} returning 1`,
        [scope, key, claimId, JSON.stringify(answer), keepMs],
      );
      return rows.length > 0;
    },
    async release({ scope, key, claimId }) {
      await pool.query(`delete from ${table} ${mine}`, [scope, key, claimId]);
    },
  };
}
