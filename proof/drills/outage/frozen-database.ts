import { findFreePort } from '@aio/tools/process/free-port';
import { startPrometheus } from '@aio/tools/servers/prometheus';
import { StackError } from '@aio/tools/stack-error';
import type { Drill } from '../kit/drill.ts';
import { SkipDrill } from '../kit/errors.ts';
import { scrapeTargets } from '@aio/tools/system/system';
import { AS_SHIPPED, compareOutage, FAILOVER_MS } from './compare-outage.ts';

export const FROZEN_DATABASE: Drill = {
  name: 'frozen-database',
  what: `PostgreSQL is frozen (SIGSTOP) for ${FAILOVER_MS / 1000} s, behind the proxy with two APIs`,
  limits:
    "the client's failed requests = 5xx in metrics = bad events of the objective; ApiAvailabilityBurn fires",
  async run({ checks, startBed, makeFolder, defer, progress, programDir, searchPath }) {
    if (process.platform !== 'linux') throw new SkipDrill('freezing a server needs Linux');
    const bed = await startBed({ apis: 2, proxy: true, audit: false });
    const { system } = bed;
    const prometheus = await startPrometheus({
      dataDir: makeFolder('outage'),
      programDir,
      searchPath,
      port: await findFreePort(),
      targets: scrapeTargets(system),
      ...AS_SHIPPED,
    });
    defer(() => prometheus.stop().then(() => undefined));
    try {
      const lines = await compareOutage({
        ask: () => system.fetch(`${system.apiUrl}/api/v1/runs?limit=1`),
        prometheusUrl: prometheus.url,
        async begin() {
          const thaw = bed.servers.postgres.freeze();
          defer(thaw);
          return async () => thaw();
        },
        lastsMs: FAILOVER_MS,
        alert: 'ApiAvailabilityBurn',
        say: progress,
      });
      lines.forEach((line) => checks.note(line));
    } catch (error) {
      if (!(error instanceof StackError)) throw error;
      checks.that(false, [error.message, ...error.details].join('; '));
    }
  },
};
