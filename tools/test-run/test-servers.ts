import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ALERTMANAGER } from '../servers/alertmanager.ts';
import { CHROMIUM } from '../servers/chromium.ts';
import { findFreePort } from '../process/free-port.ts';
import { findKeycloak } from '../programs/get-keycloak.ts';
import { findJaeger } from '../servers/jaeger.ts';
import { findJava } from '../servers/java.ts';
import { findK6 } from '../servers/k6.ts';
import { PGBOUNCER } from '../servers/pgbouncer.ts';
import type { Part } from '../process/process.ts';
import { type Program, findInPackage, findProgram } from '../programs/program.ts';
import { PROMETHEUS } from '../servers/prometheus.ts';
import { eraseCluster } from '../servers/postgres-home.ts';
import { startPostgres } from '../servers/postgres.ts';
import { startRedis } from '../servers/redis.ts';
import { StackError } from '../stack-error.ts';
import { buildWeb } from '../start/web-build.ts';
import { startTestContainers } from './containers.ts';

export interface TestServerOptions {
  root: string;
  /** The folder of downloaded programs. */
  dataDir: string;
  /** Emptied first and kept afterwards, so that you can inspect the database of a failed test. */
  testDir: string;
  env: NodeJS.ProcessEnv;
  /** Resolves after the checks. The web UI is built then, because its type check writes the same files. */
  checked: Promise<unknown>;
  /** Browser tests run, which need Chromium and a built web UI. */
  browser: boolean;
  /** A test that needs PgBouncer runs. */
  pgbouncer: boolean;
  /** The caller stops them, even if some could not start. */
  onSpawn: (part: Part) => void;
  say: (line: string) => void;
  signal: AbortSignal;
}

/**
 * Starts or finds all servers and programs for tests. It reports what is missing, and the tests that need it skip.
 * @returns variables for the tests
 */
export async function startTestServers(
  options: TestServerOptions,
): Promise<Record<string, string>> {
  const { dataDir, testDir, say } = options;
  const searchPath = options.env.PATH ?? '';
  rmSync(join(testDir, 'redis'), { recursive: true, force: true });
  const containers = await startTestContainers(options);
  const [database, redis, chromium, prometheus, alertmanager, web, pgbouncer] = await Promise.all([
    containers ?? startTestDatabase(options),
    containers ?? startTestRedis(options),
    options.browser ? tryProgram(CHROMIUM, options) : undefined,
    tryProgram(PROMETHEUS, options),
    tryProgram(ALERTMANAGER, options),
    options.browser
      ? options.checked.then(() =>
          buildWeb({ ...options, onBuild: () => say('building the web UI') }),
        )
      : undefined,
    options.pgbouncer ? tryProgram(PGBOUNCER, options) : undefined,
  ]);
  const promtool = prometheus && findInPackage(prometheus, 'promtool', searchPath);
  const amtool = alertmanager && findInPackage(alertmanager, 'amtool', searchPath);
  const jaeger = findJaeger({ dataDir, searchPath });
  const keycloak = tryKeycloak(options);
  const k6 = findK6({ dataDir, searchPath });
  return {
    ...database,
    ...redis,
    ...(chromium && { TEST_CHROMIUM_PATH: chromium.path }),
    ...(prometheus && { TEST_PROMETHEUS_PATH: prometheus.path }),
    ...(promtool && { TEST_PROMTOOL_PATH: promtool }),
    ...(jaeger && { TEST_JAEGER_PATH: jaeger }),
    ...(keycloak && { TEST_KEYCLOAK_PATH: keycloak }),
    ...(k6 && { TEST_K6_PATH: k6 }),
    ...(alertmanager && { TEST_ALERTMANAGER_PATH: alertmanager.path }),
    ...(amtool && { TEST_AMTOOL_PATH: amtool }),
    ...(pgbouncer && { TEST_PGBOUNCER_PATH: pgbouncer.path }),
    ...(web && existsSync(web) && { TEST_WEB_SERVER_PATH: web }),
  };
}

async function startTestRedis(options: TestServerOptions): Promise<Record<string, string>> {
  const { dataDir: programDir, testDir: dataDir, env, onSpawn, signal } = options;
  const port = await findFreePort();
  const searchPath = env.PATH ?? '';
  const { url } = await startRedis({ programDir, dataDir, searchPath, port, onSpawn, signal });
  return { TEST_REDIS_URL: url };
}

/** Without fsync: tests of crashes start their own servers. */
async function startTestDatabase(options: TestServerOptions): Promise<Record<string, string>> {
  const { testDir: dataDir, onSpawn, signal } = options;
  eraseCluster(dataDir);
  const port = await findFreePort();
  const { url } = await startPostgres({ dataDir, port, fsync: false, onSpawn, signal });
  return { TEST_DATABASE_URL: url };
}

async function tryProgram(
  program: Parameters<typeof findProgram>[0],
  { dataDir, env, signal, say }: TestServerOptions,
): Promise<Program | undefined> {
  try {
    return await findProgram(program, {
      dataDir,
      searchPath: env.PATH ?? '',
      onUnpack: () => say(`downloading Debian's ${program.packages[0]}`),
      signal,
    });
  } catch (error) {
    if (!(error instanceof StackError) || signal.aborted) throw error;
    say(`without ${program.packages[0]}: ${error.message}`);
    return undefined;
  }
}

function tryKeycloak({ dataDir, env, say }: TestServerOptions): string | undefined {
  const folder = findKeycloak(dataDir);
  const java = folder && findJava(env);
  if (typeof java !== 'string') return folder;
  say(`without Keycloak: ${java}`);
  return undefined;
}
