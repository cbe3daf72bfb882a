import { join } from 'node:path';
import { findOnPath } from '../process/find-on-path.ts';
import { findOwn } from '../programs/go-servers.ts';
import { type Part, startPart } from '../process/process.ts';

/** Prometheus exporters by job: for the parts that have no /metrics. */
export const EXPORTERS = {
  postgres: { name: 'postgres-exporter', program: 'postgres_exporter' },
  redis: { name: 'redis-exporter', program: 'redis_exporter' },
  host: { name: 'node-exporter', program: 'node_exporter' },
} as const;

export type ExporterJob = keyof typeof EXPORTERS;
export const EXPORTER_JOBS = Object.keys(EXPORTERS) as ExporterJob[];

/** Looks in the data folder, then on PATH. `npm run servers -- postgres-exporter` builds one. */
export function findExporter(
  job: ExporterJob,
  options: { dataDir: string; searchPath: string },
): string | undefined {
  const { program } = EXPORTERS[job];
  return findOwn([program], options.dataDir) ?? findOnPath([program], options.searchPath);
}

export interface ExporterOptions {
  /** Contains its log. */
  dataDir: string;
  searchPath: string;
  port: number;
  /** URL of PostgreSQL or Redis; the host has none. */
  url?: string;
  onSpawn?: (part: Part) => void;
}

/** Starts an exporter on loopback. While its server is down, it answers and says so. */
export async function startExporter(
  job: ExporterJob,
  command: string,
  options: ExporterOptions,
): Promise<Part> {
  const { dataDir, searchPath, port, url = '', onSpawn } = options;
  const { name } = EXPORTERS[job];
  return startPart({
    name,
    command,
    args: argsOf(job, `127.0.0.1:${port}`),
    env: { PATH: searchPath, ...environmentOf(job, url) },
    cwd: dataDir,
    logFile: join(dataDir, `logs/${name}.log`),
    isReady: async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).ok,
    onSpawn,
  });
}

/** File systems that are not on a disk. Unlike the default, it keeps overlays: the root of a container is one. */
const NO_DISKS =
  '^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|mqueue|nsfs|proc|pstore|securityfs|squashfs|sysfs|tmpfs|tracefs)$';

function argsOf(job: ExporterJob, address: string): string[] {
  if (job === 'redis') return [`-web.listen-address=${address}`];
  const args = [`--web.listen-address=${address}`, '--log.level=warn'];
  return job === 'host' ? [...args, `--collector.filesystem.fs-types-exclude=${NO_DISKS}`] : args;
}

function environmentOf(job: ExporterJob, url: string): Record<string, string> {
  if (job === 'postgres') return { DATA_SOURCE_NAME: withoutTls(url) };
  return job === 'redis' ? { REDIS_ADDR: url } : {};
}

/** By default the exporter requires TLS, which our server on loopback does not have. */
function withoutTls(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  if (!url.searchParams.has('sslmode')) url.searchParams.set('sslmode', 'disable');
  return url.href;
}
