import { type Database, openDatabase } from '@aio/tools/system/database';
import { startOwnServers } from '@aio/tools/system/own-servers';
import { scrapeTargets, startSystem, type System } from '@aio/tools/system/system';
import { type OtlpReceiver, startOtlpReceiver } from '@aio/runtime/testing/otlp-receiver';
import { findFreePort } from '@aio/tools/process/free-port';
import { findProgram } from '@aio/tools/programs/program';
import { PROMETHEUS, startPrometheus } from '@aio/tools/servers/prometheus';
import { EXIT, StackError } from '@aio/tools/stack-error';
import { existsSync } from 'node:fs';
import { basename, delimiter, dirname, resolve } from 'node:path';
import { COMMITTED_RULE_FILES } from './coverage/ask-rules.ts';
import { createPrometheusApi, type PrometheusApi } from '@aio/query/prometheus';

export interface StandOptions {
  /** Folder of this verification for data and logs. */
  dataDir: string;
  /** Folder of downloaded programs. */
  programDir: string;
  /** PATH of the caller. */
  searchPath: string;
  /** Path of a program called `prometheus`; default: search for it. */
  prometheus?: string;
  say: (line: string) => void;
}

/** The real stack with a Prometheus that runs the generated rules. */
export interface Stand {
  readonly system: System;
  readonly db: Database;
  readonly prometheus: PrometheusApi;
  /** Receives the spans and log records of the system. */
  readonly collector: Pick<OtlpReceiver, 'spans' | 'logRecords'>;
  stop(): Promise<void>;
}

export const SCRAPE_SECONDS = 1;
const WORKERS = 2;

/** @throws StackError if a part does not start or Prometheus is not installed */
export async function startStand(options: StandOptions): Promise<Stand> {
  const { dataDir, programDir, searchPath, say } = options;
  const program = await findPrometheus(options);
  const started: (() => unknown)[] = [];
  const stop = async () => {
    for (const end of started.splice(0).toReversed()) await end();
  };
  try {
    say('starting PostgreSQL and Redis');
    const servers = await startOwnServers({ dataDir, programDir, searchPath });
    started.push(() => servers.stop());
    const collector = await startOtlpReceiver();
    started.push(() => collector.close());
    const db = openDatabase(servers.databaseUrl);
    started.push(() => db.end());
    say('starting the API, two workers and the simulator');
    const system = await startSystem({
      workers: WORKERS,
      databaseUrl: servers.databaseUrl,
      redisUrl: servers.redisUrl,
      dataDir,
      env: {
        PATH: searchPath,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
        // Shows every event of the catalogue.
        LOG_LEVEL: 'debug',
        // Causes 429s in the load. A complete login is two requests.
        RATE_LIMITS: 'login=2/1h',
      },
    });
    started.push(() => system.stop());
    say(`starting Prometheus ${program.source}`);
    const server = await startPrometheus({
      dataDir,
      port: await findFreePort(),
      searchPath: `${dirname(program.path)}${delimiter}${searchPath}`,
      targets: scrapeTargets(system),
      scrapeIntervalMs: SCRAPE_SECONDS * 1000,
      evaluationIntervalMs: SCRAPE_SECONDS * 1000,
      ruleFiles: COMMITTED_RULE_FILES,
    });
    started.push(() => server.stop());
    const prometheus = createPrometheusApi(server.url);
    say(`Prometheus ${await prometheus.version()} is up`);
    return { system, db, prometheus, collector, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function findPrometheus({ prometheus, programDir, searchPath }: StandOptions) {
  if (prometheus === undefined) return findProgram(PROMETHEUS, { dataDir: programDir, searchPath });
  const path = resolve(prometheus);
  if (basename(path) === 'prometheus' && existsSync(path)) return { path, source: path };
  throw new StackError(`${path} is not a program called prometheus`, { exitCode: EXIT.usage });
}
