import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DebianProgram } from './debian-packages.ts';
import { isListening } from './ports.ts';
import { type Part, startPart } from './process.ts';
import { type Program, findProgram, isExecutable } from './program.ts';

export const PROMETHEUS: DebianProgram = {
  names: ['prometheus'],
  packages: ['prometheus'],
  binary: '/usr/bin/prometheus',
};

export interface ScrapeTarget {
  /** Prometheus' job, e.g. `api`. */
  job: string;
  ports: readonly number[];
}

export interface PrometheusOptions {
  dataDir: string;
  port: number;
  searchPath: string;
  targets: readonly ScrapeTarget[];
  scrapeIntervalMs?: number;
  onUnpack?: () => void;
  onSpawn?: (part: Part) => void;
  signal?: AbortSignal;
}

/**
 * Starts Prometheus on loopback; its samples stay in `<dataDir>/prometheus` for 15 days.
 * @throws StackError when there is no program
 */
export async function startPrometheus(
  options: PrometheusOptions,
): Promise<Part & { url: string; source: string }> {
  const program = await findProgram(PROMETHEUS, options);
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
      '--enable-feature=exemplar-storage',
      '--log.level=warn',
    ],
    env: { PATH: options.searchPath },
    cwd: folder,
    logFile: join(options.dataDir, 'logs/prometheus.log'),
    isReady: () => isListening(options.port),
    onSpawn: options.onSpawn,
  });
  return { ...part, url: `http://localhost:${options.port}`, source: program.source };
}

/** `promtool` of the same packages; undefined where it is a package of its own that is not here. */
export function findPromtool(prometheus: Program, searchPath: string): string | undefined {
  const besideLauncher = join(dirname(prometheus.path), 'root/usr/bin/promtool');
  const beside = join(dirname(prometheus.path), 'promtool');
  const onPath = searchPath.split(':').map((folder) => join(folder, 'promtool'));
  return [besideLauncher, beside, ...onPath].find(isExecutable);
}

/** JSON is YAML. */
function scrapeConfig({ targets, scrapeIntervalMs = 5000 }: PrometheusOptions): object {
  return {
    global: { scrape_interval: `${scrapeIntervalMs}ms` },
    scrape_configs: targets.map(({ job, ports }) => ({
      job_name: job,
      static_configs: [{ targets: ports.map((port) => `127.0.0.1:${port}`) }],
    })),
  };
}
