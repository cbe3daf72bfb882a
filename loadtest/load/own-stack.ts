import { findJaeger, startJaeger } from '@aio/tools/servers/jaeger';
import type { Ports } from '@aio/tools/process/ports';
import { startPrometheus } from '@aio/tools/servers/prometheus';
import { StackError } from '@aio/tools/stack-error';
import { mkdirSync } from 'node:fs';
import { startOwnServers } from '@aio/tools/system/own-servers';
import { findPorts, scrapeTargets, startSystem } from '@aio/tools/system/system';
import { type Target, targetOf } from './target.ts';

export interface OwnStackOptions {
  /** Folder of this stack's data and logs. */
  dataDir: string;
  /** Folder of downloaded and built programs. */
  programDir: string;
  searchPath: string;
  workers: number;
  say: (line: string) => void;
}

const SCRAPE_MS = 2000;

/**
 * Starts AIO on free ports with PostgreSQL (with fsync) and Redis, and with Prometheus and Jaeger if this
 * machine has them.
 * @throws StackError if a part does not start
 */
export async function startOwnStack(options: OwnStackOptions): Promise<Target> {
  const { dataDir, programDir, searchPath, workers, say } = options;
  const started = new AsyncDisposableStack();
  const stop = () => started.disposeAsync();
  try {
    mkdirSync(dataDir, { recursive: true });
    say(`starting a stack: PostgreSQL, Redis, the API, ${workers} workers, the simulator`);
    const ports = await findPorts();
    const env = await bringJaeger(options, ports, started);
    const servers = await startOwnServers({ dataDir, programDir, searchPath });
    started.defer(servers.stop);
    const { databaseUrl, redisUrl } = servers;
    const system = await startSystem({
      workers,
      databaseUrl,
      redisUrl,
      dataDir,
      env: { PATH: searchPath, ...env },
    });
    // Rejects if a process died under the load.
    started.defer(system.stop);
    const targets = scrapeTargets(system);
    const prometheusUrl = await bringPrometheus(options, ports.prometheus, targets, started);
    return { ...targetOf(system), name: `own stack, ${workers} workers`, prometheusUrl, stop };
  } catch (error) {
    await stop().catch(() => {});
    throw error;
  }
}

async function bringJaeger(
  { dataDir, programDir, searchPath, say }: OwnStackOptions,
  ports: Ports,
  started: AsyncDisposableStack,
): Promise<Record<string, string>> {
  const command = findJaeger({ dataDir: programDir, searchPath });
  if (command === undefined) {
    say('Jaeger not found, so runs have no traces: `npm run servers -- jaeger` installs it');
    return {};
  }
  const prometheusUrl = `http://127.0.0.1:${ports.prometheus}`;
  const jaeger = await startJaeger(command, { dataDir, searchPath, ports, prometheusUrl });
  started.defer(async () => void (await jaeger.stop()));
  return {
    TELEMETRY_ENABLED: 'true',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${ports.otlpHttp}`,
    OTEL_LOGS_EXPORTER: 'none',
    JAEGER_UI_URL: `http://localhost:${ports.jaegerUi}`,
  };
}

/** @returns the URL; undefined = this machine has no Prometheus */
async function bringPrometheus(
  { dataDir, programDir, searchPath, say }: OwnStackOptions,
  port: number,
  targets: ReturnType<typeof scrapeTargets>,
  started: AsyncDisposableStack,
): Promise<string | undefined> {
  try {
    const prometheus = await startPrometheus({
      dataDir,
      programDir,
      searchPath,
      port,
      targets,
      scrapeIntervalMs: SCRAPE_MS,
    });
    started.defer(async () => void (await prometheus.stop()));
    return prometheus.url;
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    say(`no Prometheus: ${error.message}`);
    return undefined;
  }
}
