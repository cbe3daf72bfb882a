import type { RequestContext } from './request-state.ts';

/** An event stream ends at most this long after its session. */
const LOOK_AT_SESSION_EVERY_MS = 2_000;
/** Node.js runs a timer with a longer delay at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Aborts when the answer has been sent, the client has left, or its token or session has ended. */
export function lifetimeOf(ctx: RequestContext): AbortSignal {
  const gone = new AbortController();
  const expiresAtMs = ctx.state.principal?.expiresAtMs ?? Infinity;
  const leftMs = Math.min(expiresAtMs - Date.now(), LONGEST_TIMER_MS);
  const expiry = setTimeout(() => gone.abort(), Math.max(0, leftMs));
  const look = setInterval(() => void endIfOver(), LOOK_AT_SESSION_EVERY_MS);
  gone.signal.addEventListener('abort', () => {
    clearTimeout(expiry);
    clearInterval(look);
  });
  ctx.res.once('close', () => gone.abort());
  // The client may have left before this listener was added.
  if (ctx.res.closed || ctx.req.socket.destroyed) gone.abort();
  return gone.signal;

  async function endIfOver(): Promise<void> {
    // If Redis does not answer, the stream goes on.
    const isGood = await ctx.state.isStillGood?.().catch(() => true);
    if (isGood === false) gone.abort();
  }
}
