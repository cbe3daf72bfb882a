import type { TestContext } from 'node:test';
import { EXPORTER_JOBS, type ExporterJob, startExporter } from '@aio/stack/exporters';
import { findFreePort } from '@aio/stack/free-port';
import type { ScrapeTarget } from '@aio/stack/prometheus';
import { makeTestFolder } from '@aio/stack/testing/folder';
import { PROGRAMS, skipWithout } from './programs.ts';
import type { Site } from './start-site.ts';

const PROGRAM_OF = {
  postgres: 'postgresExporter',
  redis: 'redisExporter',
  host: 'hostExporter',
} as const satisfies Record<ExporterJob, keyof typeof PROGRAMS>;

/** Why this machine has no exporter for a job; false = it has one. */
export function lacksExporter(job: ExporterJob): string | false {
  return skipWithout(PROGRAM_OF[job]);
}

/** Starts this machine's exporters for the database, Redis and host of a site, until the test ends. */
export async function startExporters(
  t: TestContext,
  { databaseUrl, redisUrl }: Pick<Site, 'databaseUrl' | 'redisUrl'>,
): Promise<ScrapeTarget[]> {
  const urls = { postgres: databaseUrl, redis: redisUrl, host: undefined };
  const dataDir = makeTestFolder(t, 'exporters');
  return Promise.all(
    EXPORTER_JOBS.filter((job) => !lacksExporter(job)).map(async (job) => {
      const port = await findFreePort();
      const url = urls[job];
      const part = await startExporter(job, PROGRAMS[PROGRAM_OF[job]]!, {
        dataDir,
        searchPath: process.env.PATH ?? '',
        port,
        ...(url !== undefined && { url }),
      });
      t.after(() => part.stop());
      return { job, ports: [port] };
    }),
  );
}
