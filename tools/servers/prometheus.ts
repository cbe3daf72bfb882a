import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DebianProgram } from '../programs/debian-packages.ts';
import { type Part, startPart } from '../process/process.ts';
import { findProgram, type Program } from '../programs/program.ts';

export const PROMETHEUS: DebianProgram = {
  names: ['prometheus'],
  packages: ['prometheus'],
  binary: '/usr/bin/prometheus',
};

export interface ScrapeTarget {
  /** Prometheus' job, e.g. `api`. */
  job: string;
  /** Of this machine. */
  ports: readonly number[];
}

export interface PrometheusOptions {
  /** Samples are in `<dataDir>/prometheus`. */
  dataDir: string;
  /** The folder of downloaded programs; by default the data folder. */
  programDir?: string;
  port: number;
  searchPath: string;
  targets: readonly ScrapeTarget[];
  scrapeIntervalMs?: number;
  /** Files of rules, as paths or patterns. */
  ruleFiles?: readonly string[];
  evaluationIntervalMs?: number;
  /** Port of an Alertmanager on loopback that receives the alerts. */
  alertmanagerPort?: number;
  onUnpack?: () => void;
  onSpawn?: (part: Part) => void;
  signal?: AbortSignal;
}

/**
 * Starts Prometheus on loopback with the flags that Compose uses.
 * @throws StackError if there is no program
 */
export async function startPrometheus(
  options: PrometheusOptions,
): Promise<Part & { url: string; source: string }> {
  const program = await findProgram(PROMETHEUS, {
    ...options,
    dataDir: options.programDir ?? options.dataDir,
  });
  const folder = join(options.dataDir, 'prometheus');
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'prometheus.json');
  writeFileSync(config, JSON.stringify(scrapeConfig(options), null, 2));
  const part = await startPart({
    name: 'prometheus',
    command: program.path,
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${options.port}`,
      // The objectives look back 30 days.
      '--storage.tsdb.retention.time=35d',
      '--enable-feature=exemplar-storage',
      '--web.enable-remote-write-receiver',
      // By default, the pages of every site may read all metrics. No origin has this name.
      '--web.cors.origin=none',
      '--log.level=warn',
      ...assetFlags(program),
    ],
    env: { PATH: options.searchPath },
    cwd: folder,
    logFile: join(options.dataDir, 'logs/prometheus.log'),
    isReady: () => isReady(options.port),
    onSpawn: options.onSpawn,
  });
  return { ...part, url: `http://localhost:${options.port}`, source: program.source };
}

/** Debian's unpacked program looks for its pages where the package installs them. */
function assetFlags({ path }: Program): string[] {
  const assets = join(dirname(path), 'root/usr/share/prometheus/web');
  return existsSync(assets) ? [`--web.local-assets=${assets}`] : [];
}

/** Prometheus listens while it still reads its data, and answers 503 until it is done. */
async function isReady(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/-/ready`, {
    signal: AbortSignal.timeout(2000),
  });
  await response.body?.cancel();
  return response.ok;
}

/** JSON is YAML. */
function scrapeConfig(options: PrometheusOptions): object {
  const {
    targets,
    port,
    ruleFiles = [],
    scrapeIntervalMs = 5000,
    evaluationIntervalMs = 15_000,
    alertmanagerPort,
  } = options;
  return {
    global: {
      scrape_interval: `${scrapeIntervalMs}ms`,
      evaluation_interval: `${evaluationIntervalMs}ms`,
    },
    rule_files: ruleFiles,
    ...(alertmanagerPort !== undefined && {
      alerting: {
        alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanagerPort}`] }] }],
      },
    }),
    scrape_configs: [...targets, { job: 'prometheus', ports: [port] }].map(({ job, ports }) => ({
      job_name: job,
      static_configs: [{ targets: ports.map((port) => `127.0.0.1:${port}`) }],
    })),
  };
}
