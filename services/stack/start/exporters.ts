import {
  EXPORTERS,
  EXPORTER_JOBS,
  type ExporterJob,
  findExporter,
  startExporter,
} from '../exporters.ts';
import type { Ports } from '../ports.ts';
import { StackError } from '../stack-error.ts';
import type { ServerContext } from './servers.ts';

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
 * The exporters that a start brings up, of those that the machine has: the host's, and those of servers that we
 * start ourselves. Where Prometheus is somebody else's, there are none.
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

/** Starts them; the stack goes on without one that does not come up. */
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
      `\`npm run servers -- ${names}\` gets them; their boards are empty`,
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
