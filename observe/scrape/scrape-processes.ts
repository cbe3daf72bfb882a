import type { System } from '@aio/loadtest/lib/system';
import type { ScrapedProcess } from './check-names.ts';
import { parseExposition } from './parse-exposition.ts';

/** Scrapes `/metrics` of each process. */
export function scrapeProcesses({ apis, workers }: System): Promise<ScrapedProcess[]> {
  const processes = [
    ...apis.map((api) => ({ ...named(api), job: 'api' as const })),
    ...workers.map((worker) => ({ ...named(worker), job: 'worker' as const })),
  ];
  return Promise.all(
    processes.map(async ({ name, job, metricsUrl }) => {
      const text = await (await fetch(metricsUrl)).text();
      return { name, job, exposition: parseExposition(text) };
    }),
  );
}

function named({ name, metricsUrl }: { name: string; metricsUrl: string }) {
  return { name, metricsUrl };
}
