import { StackError } from '@aio/stack/stack-error';
import { Redis } from 'ioredis';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { INTERRUPTED } from '../lib/interruption.ts';
import { migrate, PROJECT_ROOT } from '../lib/own-servers.ts';
import type { BenchContext, BenchPart, PartReport, PartResult } from './part.ts';

export interface RunOptions extends Pick<
  BenchContext,
  'servers' | 'dataDir' | 'searchPath' | 'programDir' | 'rounds' | 'short' | 'say'
> {
  /** Rejects at Ctrl-C. */
  interrupted: Promise<never>;
}

/**
 * Runs the parts one after the other and stops what each one started. If a part fails, the others still run.
 * @throws StackError when interrupted
 */
export async function runParts(
  parts: readonly BenchPart[],
  options: RunOptions,
): Promise<PartReport[]> {
  const reports = [];
  for (const part of parts) {
    options.say(`${part.name}:`);
    const startedAt = performance.now();
    const result = await runPart(part, options).catch((error: unknown) => error as Error);
    if (result instanceof StackError && result.exitCode === INTERRUPTED) throw result;
    if (result instanceof Error) options.say(`  failed: ${result.message}`);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    options.say(`  took ${seconds} s`);
    reports.push({ part: part.name, seconds, result });
  }
  return reports;
}

async function runPart(part: BenchPart, options: RunOptions): Promise<PartResult> {
  const { servers, searchPath } = options;
  const dataDir = join(options.dataDir, part.name);
  mkdirSync(dataDir, { recursive: true });
  const stops = new AsyncDisposableStack();
  stops.defer(() => flushRedis(servers.redisUrl));
  const failed = Promise.withResolvers<never>();
  const context: BenchContext = {
    ...options,
    dataDir,
    say: (line) => options.say(`  ${line}`),
    async createDatabase(name, { migrated }) {
      const url = new URL(servers.databaseUrl);
      url.pathname = `/${part.name}_${name}`;
      const database = url.pathname.slice(1);
      await query(servers.databaseUrl, `create database "${database}"`);
      // Otherwise autovacuum would use the cores of the next part for minutes.
      stops.defer(() => query(servers.databaseUrl, `drop database "${database}" with (force)`));
      if (migrated)
        await migrate({ root: PROJECT_ROOT, databaseUrl: url.href, searchPath, dataDir });
      return url.href;
    },
    onEnd: (stop) => stops.defer(async () => void (await stop())),
    failWith: (failure) => void failure.catch(failed.reject),
  };
  try {
    return await Promise.race([part.run(context), options.interrupted, failed.promise]);
  } finally {
    await stops.disposeAsync();
  }
}

/** Removes the jobs that a part left behind. */
async function flushRedis(url: string): Promise<void> {
  const redis = new Redis(url);
  await redis.flushall();
  redis.disconnect();
}

async function query(serverUrl: string, text: string): Promise<void> {
  const client = new Client(serverUrl);
  await client.connect();
  await client.query(text);
  await client.end();
}
