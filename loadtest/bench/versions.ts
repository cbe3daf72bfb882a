import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import type { OwnServers } from '../lib/own-servers.ts';

/**
 * Usual settings for a server of this size. With the defaults, PostgreSQL makes a checkpoint every few seconds and
 * then rewrites whole pages (full_page_writes): rates of one engine differed by half from round to round. Settings
 * for durability keep their defaults.
 */
export const POSTGRES_SETTINGS = {
  shared_buffers: '1GB',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
} as const;

/** Versions and settings that the figures depend on, for the report. */
export async function describeMachine(
  servers: OwnServers,
): Promise<Readonly<Record<string, string>>> {
  const { databaseUrl, redisUrl } = servers;
  const redis = new Redis(redisUrl);
  const info = await redis.info('server');
  const [, appendOnly = ''] = (await redis.config('GET', 'appendonly')) as string[];
  const [, appendSync = ''] = (await redis.config('GET', 'appendfsync')) as string[];
  redis.disconnect();
  const postgres = await readSettings(databaseUrl, [
    'server_version',
    'fsync',
    'synchronous_commit',
    'full_page_writes',
    ...Object.keys(POSTGRES_SETTINGS),
  ]);
  return {
    machine: `${availableParallelism()} cores, shared by all processes; load average before the bench ${loadavg()[0]?.toFixed(1)}`,
    versions: `Node.js ${process.versions.node}, BullMQ ${readVersion('bullmq')}, DBOS ${readVersion('@dbos-inc/dbos-sdk')}, PostgreSQL ${postgres['server_version']}, Redis ${/redis_version:(\S+)/.exec(info)?.[1]}`,
    PostgreSQL: Object.entries(postgres)
      .slice(1)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
    Redis: `appendonly ${appendOnly}, appendfsync ${appendSync}`,
  };
}

async function readSettings(url: string, names: readonly string[]) {
  const client = new Client(url);
  await client.connect();
  const settings: Record<string, string> = {};
  for (const name of names) {
    const { rows } = await client.query<{ value: string }>('select current_setting($1) as value', [
      name,
    ]);
    settings[name] = rows[0]?.value ?? '';
  }
  await client.end();
  return settings;
}

function readVersion(name: string): string {
  // Neither package exports its package.json to `import`.
  for (let folder = new URL('.', import.meta.resolve(name)); ; folder = new URL('..', folder)) {
    try {
      const manifest = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
      if (manifest.name === name) return manifest.version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    if (folder.pathname === '/') throw new Error(`${name} has no package.json`);
  }
}
