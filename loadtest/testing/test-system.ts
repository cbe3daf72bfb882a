import { createTestDatabase } from '@aio/platform/testing/database';
import { testRedis } from '@aio/platform/testing/redis';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Pool } from 'pg';
import { openDatabase } from '../lib/database.ts';
import { programFolder } from '../lib/own-servers.ts';
import { makeScratchFolder } from '../lib/scratch-folder.ts';
import { startSystem, type System, type SystemOptions } from '../lib/system.ts';

export interface TestSystem extends System {
  db: Pool;
  databaseUrl: string;
  redisUrl: string;
  /** In front of every key in Redis. */
  prefix: string;
  /** Where every process writes its log. */
  logsDir: string;
}

/** The whole product on a database and a Redis prefix of the test's own; stopped after the test. */
export async function startTestSystem(
  t: TestContext,
  options: {
    workers: number;
    /** More than one are behind the proxy. Default: what AIO_TEST_APIS says, or 1. */
    apis?: number;
    env?: Record<string, string> | ((databaseUrl: string) => Promise<Record<string, string>>);
    /** What one process gets instead, by its name. */
    processEnv?: SystemOptions['processEnv'];
  },
): Promise<TestSystem> {
  const started = new AsyncDisposableStack();
  const dataDir = makeScratchFolder('load');
  // Hooks run in the order of their registration: this one before the database is dropped.
  t.after(async () => {
    const keep = () => t.diagnostic(`kept for inspection: logs in ${dataDir}`);
    await started.disposeAsync().catch((error: unknown) => {
      keep();
      throw error;
    });
    if ((t as { passed?: boolean }).passed) rmSync(dataDir, { recursive: true });
    else keep();
  });
  const database = await createTestDatabase(t);
  const { url: databaseUrl } = database;
  const { url: redisUrl, prefix, env: redisEnv } = await testRedis(t);
  const apis = options.apis ?? Number(process.env.AIO_TEST_APIS || 1);
  const db = openDatabase(databaseUrl);
  started.defer(() => db.end());
  const { env } = options;
  const own = typeof env === 'function' ? await env(databaseUrl) : env;
  const system = await startSystem({
    workers: options.workers,
    ...(apis > 1 && { apis, proxyFrom: programFolder(process.env.AIO_DATA_DIR) }),
    databaseUrl,
    redisUrl,
    prefix,
    dataDir,
    env: { PATH: process.env.PATH ?? '', ...database.env, ...redisEnv, ...own },
    ...(options.processEnv && { processEnv: options.processEnv }),
  });
  started.defer(() => system.stop());
  return { ...system, db, databaseUrl, redisUrl, prefix, logsDir: join(dataDir, 'logs') };
}
