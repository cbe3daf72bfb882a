import { findFreePort } from '@aio/stack/free-port';
import { findJaeger, startJaeger } from '@aio/stack/jaeger';
import { startPrometheus } from '@aio/stack/prometheus';
import { StackError } from '@aio/stack/stack-error';
import { mkdirSync } from 'node:fs';
import { startBed } from '../drill/bed.ts';
import { scrapeTargets, type System } from '../system.ts';
import type { Target } from './target.ts';

export interface OwnStackOptions {
  /** Of this stack alone: data and logs. */
  dataDir: string;
  /** Where programs are kept that had to be downloaded or built. */
  programDir: string;
  searchPath: string;
  workers: number;
  say: (line: string) => void;
}

const SCRAPE_MS = 2000;

/**
 * The product as shipped on free ports, with a PostgreSQL (fsync on) and a Redis of its own, and with
 * Prometheus and Jaeger where the machine has them.
 * @throws StackError when a part does not start
 */
export async function startOwnStack(options: OwnStackOptions): Promise<Target> {
  const { dataDir, programDir, searchPath, workers, say } = options;
  const started = new AsyncDisposableStack();
  const stop = () => started.disposeAsync();
  try {
    mkdirSync(dataDir, { recursive: true });
    say(`starting a stack: PostgreSQL, Redis, the API, ${workers} workers, the simulator`);
    const prometheusPort = await findFreePort();
    const env = await bringJaeger(options, prometheusPort, started);
    const { system, stop: stopBed } = await startBed({
      dataDir,
      programDir,
      searchPath,
      workers,
      env,
      audit: false,
    });
    started.defer(stopBed);
    // A process that has died under the load is told by this.
    started.defer(() => system.deaths.check());
    const prometheusUrl = await bringPrometheus(options, system, prometheusPort, started);
    return {
      name: `a stack of its own, ${workers} workers`,
      apiUrl: system.apiUrl,
      webUrl: '',
      keycloakUrl: system.identityUrl,
      simulatorUrl: system.simulator.url,
      prometheusUrl,
      fetch: system.fetch,
      stop,
    };
  } catch (error) {
    await stop().catch(() => {});
    throw error;
  }
}

async function bringJaeger(
  { dataDir, programDir, searchPath, say }: OwnStackOptions,
  prometheusPort: number,
  started: AsyncDisposableStack,
): Promise<Record<string, string>> {
  const command = findJaeger({ dataDir: programDir, searchPath });
  if (command === undefined) {
    say('without Jaeger, so runs have no traces; `npm run servers -- jaeger` gets it');
    return {};
  }
  const ports = {
    jaegerUi: await findFreePort(),
    otlpGrpc: await findFreePort(),
    otlpHttp: await findFreePort(),
    spanMetrics: await findFreePort(),
  };
  const prometheusUrl = `http://127.0.0.1:${prometheusPort}`;
  const jaeger = await startJaeger(command, { dataDir, searchPath, ports, prometheusUrl });
  started.defer(async () => void (await jaeger.stop()));
  return {
    TELEMETRY_ENABLED: 'true',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${ports.otlpHttp}`,
    OTEL_LOGS_EXPORTER: 'none',
    JAEGER_UI_URL: `http://localhost:${ports.jaegerUi}`,
  };
}

/** @returns its address; undefined = this machine has none */
async function bringPrometheus(
  { dataDir, programDir, searchPath, say }: OwnStackOptions,
  system: System,
  port: number,
  started: AsyncDisposableStack,
): Promise<string | undefined> {
  try {
    const prometheus = await startPrometheus({
      dataDir,
      programDir,
      searchPath,
      port,
      targets: scrapeTargets(system),
      scrapeIntervalMs: SCRAPE_MS,
    });
    started.defer(async () => void (await prometheus.stop()));
    return prometheus.url;
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    say(`without Prometheus: ${error.message}`);
    return undefined;
  }
}
