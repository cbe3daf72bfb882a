import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ALERTMANAGER } from '../alertmanager.ts';
import { CHROMIUM } from '../chromium.ts';
import { EXPORTER_JOBS, findExporter } from '../exporters.ts';
import { findOnPath } from '../find-on-path.ts';
import { findFreePort } from '../free-port.ts';
import { findKeycloak } from '../get-keycloak.ts';
import { findJaeger } from '../jaeger.ts';
import { findJava } from '../java.ts';
import { findK6 } from '../k6.ts';
import { findLoki } from '../loki.ts';
import { eraseCluster } from '../postgres-home.ts';
import { startPostgres } from '../postgres.ts';
import type { Part } from '../process.ts';
import { type Program, findBeside, findProgram } from '../program.ts';
import { PROMETHEUS } from '../prometheus.ts';
import { findPythonProgram, type PythonProgram } from '../python-program.ts';
import { startRedis } from '../redis.ts';
import { StackError } from '../stack-error.ts';
import { buildWeb } from '../web-build.ts';

export interface TestServerOptions {
  root: string;
  /** Where downloaded programs are kept. */
  dataDir: string;
  /** Emptied first, kept afterwards, so that the database of a failed test can be looked at. */
  testDir: string;
  env: NodeJS.ProcessEnv;
  /** Browser tests want Chromium and a built web UI. */
  browser: boolean;
  /** Each for one test. */
  python: readonly PythonProgram[];
  /** Whoever calls stops them, also when not all of them could be started. */
  onSpawn: (part: Part) => void;
  say: (line: string) => void;
  signal: AbortSignal;
}

/**
 * Everything that tests may need; what cannot be had is left out, aloud, and its tests skip.
 * @returns variables for the tests
 */
export async function startTestServers(
  options: TestServerOptions,
): Promise<Record<string, string>> {
  const { dataDir, testDir, onSpawn, signal, say } = options;
  const searchPath = options.env.PATH ?? '';
  eraseCluster(testDir);
  rmSync(join(testDir, 'redis'), { recursive: true, force: true });
  const [postgres, redis, chromium, prometheus, alertmanager, web, python] = await Promise.all([
    // What must outlive a crash is tried on servers of its own.
    findFreePort().then((port) =>
      startPostgres({ dataDir: testDir, port, fsync: false, onSpawn, signal }),
    ),
    findFreePort().then((port) => {
      const programDir = dataDir;
      return startRedis({ dataDir: testDir, programDir, port, searchPath, onSpawn, signal });
    }),
    options.browser ? tryProgram(CHROMIUM, options) : undefined,
    tryProgram(PROMETHEUS, options),
    tryProgram(ALERTMANAGER, options),
    options.browser
      ? buildWeb({ ...options, onBuild: () => say('building the web UI') })
      : undefined,
    Promise.all(options.python.map((program) => tryPythonProgram(program, options))),
  ]);
  const promtool = prometheus && findBeside(prometheus, 'promtool', searchPath);
  const amtool = alertmanager && findBeside(alertmanager, 'amtool', searchPath);
  const jaeger = findJaeger({ dataDir, searchPath });
  const loki = findLoki(dataDir);
  const keycloak = tryKeycloak(options);
  const k6 = findK6({ dataDir, searchPath });
  const weaver = findOnPath(['weaver'], searchPath);
  const exporters = EXPORTER_JOBS.flatMap((job) => {
    const path = findExporter(job, { dataDir, searchPath });
    return path ? [[`TEST_${job.toUpperCase()}_EXPORTER_PATH`, path] as const] : [];
  });
  return {
    TEST_DATABASE_URL: postgres.url,
    TEST_REDIS_URL: redis.url,
    ...(chromium && { TEST_CHROMIUM_PATH: chromium.path }),
    ...(prometheus && { TEST_PROMETHEUS_PATH: prometheus.path }),
    ...(promtool && { TEST_PROMTOOL_PATH: promtool }),
    ...(jaeger && { TEST_JAEGER_PATH: jaeger }),
    ...(loki && { TEST_LOKI_PATH: loki }),
    ...(keycloak && { TEST_KEYCLOAK_PATH: keycloak }),
    ...(k6 && { TEST_K6_PATH: k6 }),
    ...Object.fromEntries(exporters),
    ...(amtool && { TEST_AMTOOL_PATH: amtool }),
    ...(weaver && { TEST_WEAVER_PATH: weaver }),
    ...Object.fromEntries(python.flat()),
    ...(web && existsSync(web) && { TEST_WEB_SERVER_PATH: web }),
  };
}

async function tryProgram(
  program: Parameters<typeof findProgram>[0],
  { dataDir, env, signal, say }: TestServerOptions,
): Promise<Program | undefined> {
  try {
    return await findProgram(program, {
      dataDir,
      searchPath: env.PATH ?? '',
      onUnpack: () => say(`getting Debian's ${program.packages[0]}`),
      signal,
    });
  } catch (error) {
    if (!(error instanceof StackError) || signal.aborted) throw error;
    say(`without ${program.packages[0]}: ${error.message}`);
    return undefined;
  }
}

/** @returns the variable that names it to its test, and its path; none when it cannot be had */
async function tryPythonProgram(
  program: PythonProgram,
  options: TestServerOptions,
): Promise<[variable: string, path: string][]> {
  const { say, signal } = options;
  const { name } = program;
  try {
    const onInstall = () => say(`getting ${name}`);
    const path = await findPythonProgram(program, { ...options, onInstall });
    return [[`TEST_${name.toUpperCase().replaceAll('-', '_')}_PATH`, path]];
  } catch (error) {
    if (!(error instanceof StackError) || signal.aborted) throw error;
    say(`without ${name}: ${[error.message, ...error.details.slice(-1)].join(': ')}`);
    return [];
  }
}

function tryKeycloak({ dataDir, env, say }: TestServerOptions): string | undefined {
  const folder = findKeycloak(dataDir);
  const java = folder && findJava(env);
  if (typeof java !== 'string') return folder;
  say(`without Keycloak: ${java}`);
  return undefined;
}
