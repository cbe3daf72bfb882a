/** Refusals of requests that had no effect: too many are in progress, of this user or of all. */
const CROWDED: ReadonlySet<unknown> = new Set(['too_many_at_once', 'busy']);
const MOST_TRIES = 5;
const DEFAULT_WAIT_S = 2;

/**
 * Calls `send` again after Retry-After while too many requests are in progress, e.g. of other tabs. A few tries later,
 * it returns the refusal.
 */
export async function sendUntilAdmitted(
  send: () => Promise<Response>,
  pause: (ms: number) => Promise<unknown> = (ms) => new Promise((end) => setTimeout(end, ms)),
): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    const response = await send();
    if (tries === MOST_TRIES || !(await isCrowded(response))) return response;
    await pause(1_000 * Number(response.headers.get('retry-after') ?? DEFAULT_WAIT_S));
  }
}

async function isCrowded(response: Response): Promise<boolean> {
  if (response.status !== 429 && response.status !== 503) return false;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return CROWDED.has((body as { code?: unknown } | null)?.code);
}
