import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findOwn } from '../programs/go-servers.ts';
import { type Part, startPart } from '../process/process.ts';

export interface S3ServerOptions {
  /** Buckets are folders in `<dataDir>/s3`. */
  dataDir: string;
  searchPath: string;
  port: number;
  accessKeyId: string;
  secretAccessKey: string;
}

/** An S3 server over a folder. `npm run servers -- versitygw` builds it, because no package registry has it. */
export function findS3Server(dataDir: string): string | undefined {
  return findOwn(['versitygw'], dataDir);
}

/** Starts the S3 server on loopback. */
export async function startS3Server(command: string, options: S3ServerOptions): Promise<Part> {
  const { dataDir, searchPath, port } = options;
  const [folder, attributes] = [join(dataDir, 's3'), join(dataDir, 'attributes')];
  for (const one of [folder, attributes]) mkdirSync(one, { recursive: true });
  return startPart({
    name: 's3',
    command,
    args: [
      `--port=127.0.0.1:${port}`,
      '--health=/health',
      '--quiet',
      'posix',
      // Not every file system has extended attributes.
      `--sidecar=${attributes}`,
      folder,
    ],
    env: {
      PATH: searchPath,
      ROOT_ACCESS_KEY: options.accessKeyId,
      ROOT_SECRET_KEY: options.secretAccessKey,
    },
    cwd: dataDir,
    logFile: join(dataDir, 'logs/s3.log'),
    isReady: async () => (await fetch(`http://127.0.0.1:${port}/health`)).ok,
  });
}
