import {
  EXPORTERS,
  EXPORTER_JOBS,
  type ExporterJob,
  findExporter,
  startExporter,
} from '../servers/exporters.ts';
import type { Ports } from '../process/ports.ts';
import { StackError } from '../stack-error.ts';
import type { ServerContext } from './server-context.ts';

const PORT_OF = {
  postgres: 'postgresExporter',
  redis: 'redisExporter',
  host: 'nodeExporter',
} as const satisfies Record<ExporterJob, keyof Ports>;

export interface WantedExporter {
  job: ExporterJob;
  name: string;
  command: string;
  port: number;
}

/**
 * The exporters to start: the host's, and those of servers that we start, if the machine has them. None with your own
 * Prometheus.
 */
export function listExporters({
  given,
  ports,
  ...options
}: Pick<ServerContext, 'given' | 'dataDir' | 'searchPath' | 'ports'>): WantedExporter[] {
  if (given.prometheusUrl) return [];
  const isGiven = { postgres: given.databaseUrl, redis: given.redisUrl, host: undefined };
  return EXPORTER_JOBS.flatMap((job) => {
    const command = isGiven[job] ? undefined : findExporter(job, options);
    if (command === undefined) return [];
    return [{ job, name: EXPORTERS[job].name, command, port: ports[PORT_OF[job]] }];
  });
}

/** Starts them. If one fails, the stack continues without it. */
export async function bringExporters(
  context: ServerContext,
  urls: { postgres: string; redis: string },
): Promise<void> {
  const { progress, dataDir, searchPath, group, signal } = context;
  const missing = EXPORTER_JOBS.filter((job) => findExporter(job, context) === undefined);
  if (missing.length > 0 && !context.given.prometheusUrl) {
    const names = missing.map((job) => EXPORTERS[job].name).join(' ');
    progress.leftOut(
      'exporters',
      `their boards are empty; to build them, run \`npm run servers -- ${names}\``,
    );
  }
  await Promise.all(
    listExporters(context).map(async ({ job, name, command, port }) => {
      progress.starting(name);
      try {
        await startExporter(job, command, {
          dataDir,
          searchPath,
          port,
          ...(job !== 'host' && { url: urls[job] }),
          onSpawn: group.watch,
        });
        progress.ready(name, `port ${port}`);
      } catch (error) {
        if (!(error instanceof StackError) || signal.aborted) throw error;
        progress.leftOut(name, error.message);
      }
    }),
  );
}
