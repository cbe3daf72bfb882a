import { join } from 'node:path';
import { findOnPath } from './find-on-path.ts';
import { findOwn } from './go-servers.ts';
import { type Part, startPart } from './process.ts';

/** What tells Prometheus of the parts that do not speak its language; the key is Prometheus' job. */
export const EXPORTERS = {
  postgres: { name: 'postgres-exporter', program: 'postgres_exporter' },
  redis: { name: 'redis-exporter', program: 'redis_exporter' },
  host: { name: 'node-exporter', program: 'node_exporter' },
} as const;

export type ExporterJob = keyof typeof EXPORTERS;
export const EXPORTER_JOBS = Object.keys(EXPORTERS) as ExporterJob[];

/** An exporter is in the data folder, or on PATH: `npm run servers -- postgres-exporter` builds it. */
export function findExporter(
  job: ExporterJob,
  options: { dataDir: string; searchPath: string },
): string | undefined {
  const { program } = EXPORTERS[job];
  return findOwn([program], options.dataDir) ?? findOnPath([program], options.searchPath);
}

export interface ExporterOptions {
  /** For its log. */
  dataDir: string;
  searchPath: string;
  port: number;
  /** Of PostgreSQL or Redis; the host has none. */
  url?: string;
  onSpawn?: (part: Part) => void;
}

/** Starts an exporter on loopback. It answers while what it tells of is away, and says that it is. */
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

/** Of what is no file system on a disk. By default overlays are left out as well: in a container the root is one. */
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

/** The exporter wants TLS unless the URL says otherwise, and our server on loopback has none. */
function withoutTls(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  if (!url.searchParams.has('sslmode')) url.searchParams.set('sslmode', 'disable');
  return url.href;
}
