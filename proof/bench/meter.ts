import { Redis } from 'ioredis';
import { Client } from 'pg';
import { meterCpu } from '@aio/tools/system/cpu-time';
import type { BenchContext } from './part.ts';

/** Costs of a step. */
export interface Costs extends Counts {
  /** CPU time in microseconds, of the workers. */
  worker: number;
  /** Of all processes of PostgreSQL. */
  postgres: number;
  redis: number;
  /** The sum of the three. */
  all: number;
}

/** What PostgreSQL and Redis did for all clients except the bench itself. */
interface Counts {
  statements: number;
  /** Transactions that wrote. */
  commits: number;
  luaCalls: number;
  publishes: number;
  walBytes: number;
}

export interface Meter {
  /**
   * Starts to measure.
   * @param workerPids of the workers whose CPU time counts
   * @returns a function for the costs since then, divided by the number of steps
   */
  start(workerPids: readonly number[]): Promise<(steps: number) => Promise<Costs>>;
}

/** The meter counts both servers as a whole, so it includes the reconcilers and heartbeats of all systems. */
export async function openMeter({ servers, onEnd }: BenchContext): Promise<Meter> {
  const redis = new Redis(servers.redisUrl);
  onEnd(() => redis.disconnect());
  const db = new Client(uncounted(servers.databaseUrl));
  await db.connect();
  onEnd(() => db.end());
  await db.query('create extension if not exists pg_stat_statements');
  const redisPid = Number(/^process_id:(\d+)/m.exec(await redis.info('server'))?.[1]);

  async function readCounts(): Promise<Counts> {
    const { rows } = await db.query<Pick<Counts, 'statements' | 'commits' | 'walBytes'>>(
      // Each transaction that writes takes one id.
      `select (select coalesce(sum(calls), 0)::float8 from pg_stat_statements) as statements,
         pg_snapshot_xmax(pg_current_snapshot())::text::float8 as commits,
         (pg_current_wal_insert_lsn() - '0/0')::float8 as "walBytes"`,
    );
    return { ...rows[0]!, ...parseCommandStats(await redis.info('commandstats')) };
  }

  return {
    async start(workerPids) {
      const before = await readCounts();
      const workerUsed = meterCpu(workerPids);
      const postgresUsed = meterCpu([servers.postgres.pid]);
      const redisUsed = meterCpu([redisPid]);
      return async (steps) => {
        // The CPU time first, because the servers need some to read the counts.
        const [worker, postgres, redis] = [workerUsed(), postgresUsed(), redisUsed()];
        const after = await readCounts();
        const cpu = (seconds: number) => (seconds * 1e6) / steps;
        const since = (name: keyof Counts) => (after[name] - before[name]) / steps;
        return {
          worker: cpu(worker),
          postgres: cpu(postgres),
          redis: cpu(redis),
          all: cpu(worker + postgres + redis),
          statements: since('statements'),
          commits: since('commits'),
          luaCalls: since('luaCalls'),
          publishes: since('publishes'),
          walBytes: since('walBytes'),
        };
      };
    },
  };
}

/** The same database, for connections whose statements the meter does not count. */
export function uncounted(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('options', '-c pg_stat_statements.track=none');
  return url.href;
}

/** Reads `INFO commandstats`. Commands that have not been called are missing there. */
export function parseCommandStats(info: string): Pick<Counts, 'luaCalls' | 'publishes'> {
  const callsOf = (name: string) =>
    Number(new RegExp(`^cmdstat_${name}:calls=(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  return { luaCalls: callsOf('evalsha') + callsOf('eval'), publishes: callsOf('publish') };
}
