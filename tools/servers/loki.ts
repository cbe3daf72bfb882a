import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findFreePort } from '../process/free-port.ts';
import { findOwn } from '../programs/go-servers.ts';
import { type Part, startPart } from '../process/process.ts';

const CONFIG = resolve(import.meta.dirname, '../../observability/config/loki/loki.yaml');

export interface LokiOptions {
  dataDir: string;
  searchPath: string;
  port: number;
}

/** No package registry has Loki as a program: `npm run servers -- loki` builds it. */
export function findLoki(dataDir: string): string | undefined {
  return findOwn(['loki'], dataDir);
}

/** Starts Loki on loopback with Compose's configuration and its chunks in the data folder. */
export async function startLoki(command: string, options: LokiOptions): Promise<Part> {
  const { dataDir, searchPath, port } = options;
  mkdirSync(dataDir, { recursive: true });
  return startPart({
    name: 'loki',
    command,
    args: [`-config.file=${CONFIG}`, '-config.expand-env=true'],
    env: {
      PATH: searchPath,
      LOKI_HOST: '127.0.0.1',
      LOKI_PORT: String(port),
      LOKI_GRPC_PORT: String(await findFreePort()),
      LOKI_FOLDER: join(dataDir, 'loki'),
    },
    cwd: dataDir,
    logFile: join(dataDir, 'logs/loki.log'),
    isReady: async () => (await fetch(`http://127.0.0.1:${port}/ready`)).ok,
  });
}
