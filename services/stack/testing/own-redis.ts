import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { findFreePort } from '../free-port.ts';
import { startRedis } from '../redis.ts';

/** A Redis that a test may stop, and start again on the same data and port. */
export interface OwnRedis {
  url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const PROGRAM_DIR = resolve(import.meta.dirname, '../../..', process.env.AIO_DATA_DIR || '.aio');

export async function startOwnRedis(t: TestContext): Promise<OwnRedis> {
  const dataDir = mkdtempSync(join(tmpdir(), 'aio-redis-'));
  const options = {
    dataDir,
    programDir: PROGRAM_DIR,
    port: await findFreePort(),
    searchPath: process.env.PATH ?? '',
  };
  let server = await startRedis(options);
  t.after(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true });
  });
  return {
    url: server.url,
    async start() {
      server = await startRedis(options);
    },
    async stop() {
      await server.stop();
    },
  };
}
