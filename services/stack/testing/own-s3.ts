import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../free-port.ts';
import type { Part } from '../process.ts';
import { startS3Server } from '../s3-server.ts';

/** An S3 server for one test file, which must stop it. */
export interface OwnS3 {
  endpoint: string;
  /** For `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`. */
  accessKeyId: string;
  secretAccessKey: string;
  makeBucket(name: string): void;
  /** May be called again. */
  stop(): Promise<void>;
}

/** @param command path of the program (`TEST_S3_SERVER_PATH`) */
export async function startOwnS3(command: string): Promise<OwnS3> {
  const dataDir = mkdtempSync(join(tmpdir(), 'aio-s3-'));
  const port = await findFreePort();
  const key = { accessKeyId: 'aio-test', secretAccessKey: 'secret-of-the-test' };
  const searchPath = process.env.PATH ?? '';
  let server: Part | null = await startS3Server(command, { ...key, dataDir, searchPath, port });
  return {
    ...key,
    endpoint: `http://127.0.0.1:${port}`,
    makeBucket: (name) => void mkdirSync(join(dataDir, 's3', name)),
    async stop() {
      await server?.stop();
      if (server) rmSync(dataDir, { recursive: true });
      server = null;
    },
  };
}
