import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import type { OwnServers } from '@aio/tools/system/own-servers';

/**
 * Usual settings for a server of this size. With the defaults, PostgreSQL makes a checkpoint every few seconds and
 * then rewrites whole pages (full_page_writes): rates of one engine differed by half from round to round. Settings
 * for durability keep their defaults.
 */
export const POSTGRES_SETTINGS = {
  shared_buffers: '1GB',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  // Counts statements, as in Docker Compose.
  shared_preload_libraries: 'pg_stat_statements',
} as const;

const MANIFEST = new URL('../../loadtest/package.json', import.meta.url);

/** Versions and settings that the figures depend on, for the report. */
export async function describeMachine(
  servers: OwnServers,
): Promise<Readonly<Record<string, string>>> {
  const { databaseUrl, redisUrl } = servers;
  const redis = new Redis(redisUrl);
  const info = await redis.info('server');
  const config = (await redis.config('GET', 'append*')) as string[];
  redis.disconnect();
  const postgres = await readPostgres(databaseUrl);
  // The manifest pins both versions.
  const { dependencies, devDependencies } = JSON.parse(readFileSync(MANIFEST, 'utf8'));
  const redisSetting = (name: string) => `${name} ${config[config.indexOf(name) + 1]}`;
  return {
    machine: `${availableParallelism()} cores, shared by all processes; load average before the bench ${loadavg()[0]?.toFixed(1)}`,
    versions: `Node.js ${process.versions.node}, BullMQ ${dependencies.bullmq}, DBOS ${devDependencies['@dbos-inc/dbos-sdk']}, PostgreSQL ${postgres?.version}, Redis ${/redis_version:(\S+)/.exec(info)?.[1]}`,
    PostgreSQL: postgres?.settings ?? '',
    Redis: ['appendonly', 'appendfsync'].map(redisSetting).join(', '),
  };
}

const SETTINGS = [
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  ...Object.keys(POSTGRES_SETTINGS),
];

async function readPostgres(url: string) {
  const client = new Client(url);
  await client.connect();
  const { rows } = await client.query<{ version: string; settings: string }>(
    `select current_setting('server_version') as version,
       string_agg(name || ' ' || current_setting(name), ', ' order by place) as settings
     from unnest($1::text[]) with ordinality as setting (name, place)`,
    [SETTINGS],
  );
  await client.end();
  return rows[0];
}
