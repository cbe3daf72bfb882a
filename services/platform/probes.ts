import { Client } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectionSettings } from './pool.ts';
import type { Pooler } from './pooler.ts';
import { closeRedis, createRedis } from './redis.ts';

export type Component = 'database' | 'redis';
export type ComponentStatus = 'ok' | 'unavailable';

/** The body of `GET /ready`. */
export interface Readiness {
  status: ComponentStatus;
  components: Record<Component, ComponentStatus>;
  /** What an operator should know, though it takes nothing away from anybody. */
  notes?: string[];
}

export interface Probes {
  /** Asks both now; `required` = the one whose absence counts, null = both. Never throws. */
  check(required?: string | null): Promise<Readiness>;
  close(): Promise<void>;
}

/**
 * Shorter than a reading of gauges may take (1 s): a dependency that hangs, as a ping does while Redis
 * is away, has to be told as down and not as a gap.
 */
const PROBE_DEADLINE_MS = 800;
/** Takes a page on the disk for as long as it runs. Not for every probe: it writes to the catalogue. */
const WRITE =
  'begin; create temp table aio_probe on commit drop as select now() as written; commit';

/**
 * Asks the dependencies whether they are there, on connections of their own: a busy pool says
 * nothing about the database. Callers at the same moment share one answer.
 */
export function createProbes(options: {
  databaseUrl: string;
  pooler?: Pooler;
  redisUrl: string;
  /** Of the pool whose database this is: a new one makes the probe ask for room as well. */
  diskFullErrors?: () => number;
  notes?: () => string[];
}): Probes {
  const redis = createRedis(options.redisUrl, { role: 'command' });
  let client: Client | null = null;
  let knownErrors = 0;
  let mustWrite = false;
  let asking: Promise<Record<Component, ComponentStatus>> | null = null;

  async function askDatabase(): Promise<void> {
    client ??= await connect();
    const errors = options.diskFullErrors?.() ?? 0;
    mustWrite ||= errors > knownErrors;
    knownErrors = errors;
    await client.query(mustWrite ? WRITE : 'select 1');
    mustWrite = false;
  }

  async function connect(): Promise<Client> {
    const fresh = new Client(
      connectionSettings({
        databaseUrl: options.databaseUrl,
        ...(options.pooler && { pooler: options.pooler }),
        applicationName: 'aio-probe',
        connectTimeoutMs: PROBE_DEADLINE_MS,
        queryTimeoutMs: PROBE_DEADLINE_MS,
      }),
    );
    fresh.on('error', () => dropClient(fresh));
    await fresh.connect();
    return fresh;
  }

  /** A connection that failed a probe is not asked again. */
  function dropClient(broken: Client | null): void {
    if (client === broken) client = null;
    broken?.end().catch(() => undefined);
  }

  async function askBoth(): Promise<Record<Component, ComponentStatus>> {
    const [database, redisStatus] = await Promise.all([
      answers(askDatabase).then((status) => {
        if (status !== 'ok') dropClient(client);
        return status;
      }),
      answers(async () => void (await redis.ping())),
    ]);
    return { database, redis: redisStatus };
  }

  return {
    async check(required = null) {
      asking ??= askBoth().finally(() => (asking = null));
      const components = await asking;
      const counted = Object.entries(components).filter(
        ([name]) => required === null || name === required,
      );
      const ok = counted.every(([, status]) => status === 'ok');
      const notes = options.notes?.() ?? [];
      return {
        status: ok ? 'ok' : 'unavailable',
        components,
        ...(notes.length > 0 && { notes }),
      };
    },
    async close() {
      dropClient(client);
      await closeRedis(redis);
    },
  };
}

async function answers(ask: () => Promise<void>): Promise<ComponentStatus> {
  const deadline = sleep(PROBE_DEADLINE_MS, 'unavailable' as const, { ref: false });
  const answer = ask().then(
    () => 'ok' as const,
    () => 'unavailable' as const,
  );
  return await Promise.race([answer, deadline]);
}
