/**
 * Checks one dependency: resolves if it answers. The signal aborts when the time is up: end the request then, so that
 * checks of a dependency that hangs do not pile up.
 */
export type Check = (signal: AbortSignal) => Promise<unknown>;

export type CheckStatus = 'ok' | 'unavailable';

/** The body of `GET /ready`, e.g. `{"status":"unavailable","components":{"database":"ok","redis":"unavailable"}}`. */
export interface Readiness<Name extends string> {
  status: CheckStatus;
  components: Record<Name, CheckStatus>;
}

export interface Ready<Name extends string> {
  /**
   * Runs all checks. Never throws, and resolves within the bound. Concurrent callers share one round of checks.
   * @param required only this component decides `status`; null = all
   */
  check(required?: Name | null): Promise<Readiness<Name>>;
}

/** Shorter than the usual timeout of a probe (1 s in Kubernetes), so that the answer names the one that hangs. */
const WITHIN_MS = 800;

/**
 * Readiness as named checks, each with the same bound on its time.
 * `createReady({ database: () => pool.query('select 1'), redis: () => redis.ping() })`
 * Give checks connections that are not the pool's: a busy pool says nothing about the database.
 * @param options.withinMs a check that takes longer is `unavailable`
 */
export function createReady<Name extends string>(
  checks: Readonly<Record<Name, Check>>,
  { withinMs = WITHIN_MS }: { withinMs?: number } = {},
): Ready<Name> {
  const named = Object.entries(checks) as [Name, Check][];
  let asking: Promise<Record<Name, CheckStatus>> | null = null;

  async function askAll(): Promise<Record<Name, CheckStatus>> {
    const statuses = await Promise.all(
      named.map(async ([name, check]) => [name, await perform(check, withinMs)] as const),
    );
    return Object.fromEntries(statuses) as Record<Name, CheckStatus>;
  }

  return {
    async check(required = null) {
      asking ??= askAll().finally(() => (asking = null));
      const components = await asking;
      const counted = required === null ? named.map(([name]) => name) : [required];
      const ok = counted.every((name) => components[name] === 'ok');
      return { status: ok ? 'ok' : 'unavailable', components };
    },
  };
}

async function perform(check: Check, withinMs: number): Promise<CheckStatus> {
  const over = new AbortController();
  const late = Promise.withResolvers<CheckStatus>();
  const timer = setTimeout(() => {
    late.resolve('unavailable');
    over.abort();
  }, withinMs);
  const answer = (async () => check(over.signal))().then(
    () => 'ok' as const,
    () => 'unavailable' as const,
  );
  return Promise.race([answer, late.promise]).finally(() => clearTimeout(timer));
}

/** The parts of Koa's context that the handler uses. */
interface ReadyContext {
  status: number;
  body: unknown;
}

/**
 * A Koa handler for `GET /ready`: 200, or 503 if a check fails; the body names it.
 * @param isStopping true = 503 whatever the checks say, so that balancers send requests elsewhere before the stop
 */
export function readyHandler(
  ready: Ready<string>,
  isStopping: () => boolean = () => false,
): (ctx: ReadyContext) => Promise<void> {
  return async (ctx) => {
    const found = await ready.check();
    const status = isStopping() ? 'unavailable' : found.status;
    ctx.status = status === 'ok' ? 200 : 503;
    ctx.body = { ...found, status };
  };
}
