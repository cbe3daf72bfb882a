import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { askRedis } from '../servers/ask-redis.ts';
import { findOnPath } from '../process/find-on-path.ts';
import { findFreePort } from '../process/free-port.ts';
import { type Part, startPart } from '../process/process.ts';
import { StackError } from '../stack-error.ts';

export interface ContainerOptions {
  root: string;
  testDir: string;
  env: NodeJS.ProcessEnv;
  onSpawn: (part: Part) => void;
  say: (line: string) => void;
  signal: AbortSignal;
}

const PASSWORD = 'aio_password';
/** The first time, Compose downloads the images. */
const READY_WITHIN_MS = 5 * 60_000;

/**
 * Starts PostgreSQL and Redis for the tests with Docker Compose.
 * @returns variables for the tests; undefined if there is no engine, or if Compose cannot start them, and then it says why
 */
export async function startTestContainers(
  options: ContainerOptions,
): Promise<Record<string, string> | undefined> {
  const { root, testDir, env, onSpawn, say, signal } = options;
  if (!hasEngine(env)) return undefined;
  const [postgres, redis] = [await findFreePort(), await findFreePort()];
  // Two checkouts can test at the same time; the next run of this one replaces its own containers.
  const project = `aio-test-${createHash('sha256').update(testDir).digest('hex').slice(0, 8)}`;
  const files = ['docker-compose.yml', 'tools/test-run/compose.yml'];
  say('starting PostgreSQL and Redis with docker compose');
  try {
    await startPart({
      name: 'containers',
      command: 'docker',
      args: [
        'compose',
        '--project-name',
        project,
        ...files.flatMap((file) => ['--file', file]),
      ].concat(['up', '--force-recreate', '--no-color', 'postgres', 'redis']),
      // These win over a file .env in the project.
      env: {
        ...env,
        AIO_BIND_ADDRESS: '127.0.0.1',
        POSTGRES_PASSWORD: PASSWORD,
        POSTGRES_PORT: String(postgres),
        REDIS_PORT: String(redis),
      },
      cwd: root,
      logFile: join(testDir, 'logs/containers.log'),
      readyWithinMs: READY_WITHIN_MS,
      isReady: async () =>
        (await speaksPostgres(postgres)) &&
        (await askRedis(redis, 'PING'))?.startsWith('+PONG') === true,
      stopSignal: 'SIGINT',
      stopWithinMs: 60_000,
      onSpawn(part) {
        onSpawn(part);
        signal.addEventListener('abort', () => void part.stop(), { once: true });
      },
    });
  } catch (error) {
    if (!(error instanceof StackError) || signal.aborted) throw error;
    say(`without containers: ${[error.message, ...error.details.slice(-1)].join(': ')}`);
    return undefined;
  }
  return {
    TEST_DATABASE_URL: `postgresql://aio:${PASSWORD}@127.0.0.1:${postgres}/aio`,
    TEST_REDIS_URL: `redis://127.0.0.1:${redis}`,
  };
}

function hasEngine(env: NodeJS.ProcessEnv): boolean {
  if (findOnPath(['docker'], env.PATH ?? '') === undefined) return false;
  for (const args of [['version'], ['compose', 'version']])
    if (spawnSync('docker', args, { env, timeout: 20_000 }).status !== 0) return false;
  return true;
}

/** Docker accepts connections before PostgreSQL does, so this waits for an answer to an SSLRequest. */
function speaksPostgres(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1000 }, () => {
      socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
    });
    const finish = (speaks: boolean) => {
      socket.destroy();
      resolve(speaks);
    };
    socket.once('data', () => finish(true));
    for (const event of ['error', 'timeout', 'close']) socket.once(event, () => finish(false));
  });
}
