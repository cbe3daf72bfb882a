import { createTestDatabase } from '@aio/platform/testing/database';
import { testRedis } from '@aio/platform/testing/redis';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Pool } from 'pg';
import { openDatabase } from '../system/database.ts';
import { programFolder } from '../system/own-servers.ts';
import { makeScratchFolder } from '../cli/scratch-folder.ts';
import { startSystem, type System, type SystemOptions } from '../system/system.ts';

export interface TestSystem extends System {
  db: Pool;
  databaseUrl: string;
  redisUrl: string;
  /** Prefix of every key in Redis. */
  prefix: string;
  /** Folder of the processes' log files. */
  logsDir: string;
}

/** Starts all processes on the test's own database and Redis prefix, and stops them after the test. */
export async function startTestSystem(
  t: TestContext,
  options: {
    workers: number;
    /** More than one are behind the proxy. Default: 1. */
    apis?: number;
    env?: Record<string, string> | ((databaseUrl: string) => Promise<Record<string, string>>);
    /** Variables of one process, by its name; they override `env`. */
    processEnv?: SystemOptions['processEnv'];
  },
): Promise<TestSystem> {
  const started = new AsyncDisposableStack();
  const dataDir = makeScratchFolder('load');
  // Hooks run in the order of their registration: the system has to stop before the database is dropped.
  t.after(async () => {
    const keep = () => t.diagnostic(`kept for inspection: logs in ${dataDir}`);
    await started.disposeAsync().catch((error: unknown) => {
      keep();
      throw error;
    });
    if ((t as { passed?: boolean }).passed) rmSync(dataDir, { recursive: true });
    else keep();
  });
  const { url: databaseUrl } = await createTestDatabase(t);
  const { url: redisUrl, prefix } = await testRedis(t);
  const apis = options.apis ?? 1;
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
    env: { PATH: process.env.PATH ?? '', ...own },
    ...(options.processEnv && { processEnv: options.processEnv }),
  });
  started.defer(() => system.stop());
  return { ...system, db, databaseUrl, redisUrl, prefix, logsDir: join(dataDir, 'logs') };
}
