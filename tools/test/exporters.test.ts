import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { EXPORTER_SERIES } from '@aio/catalog/metrics/exporter-series';
import { createTestDatabase } from '@aio/platform/testing/database';
import { EXPORTERS, type ExporterJob, startExporter } from '../servers/exporters.ts';
import { findFreePort } from '../process/free-port.ts';
import { makeTestFolder } from '../testing/folder.ts';

const CASES: readonly {
  job: ExporterJob;
  prefix: string;
  urlFor(t: TestContext): Promise<string | undefined>;
}[] = [
  // With tables, because some series are about tables.
  { job: 'postgres', prefix: 'pg_', urlFor: async (t) => (await createTestDatabase(t)).url },
  { job: 'redis', prefix: 'redis_', urlFor: async () => process.env.TEST_REDIS_URL },
  { job: 'host', prefix: 'node_', urlFor: async () => undefined },
];

/** Optional series, and why they can be missing. */
const MAY_LACK: Readonly<Record<string, boolean>> = {
  // No command has failed yet.
  redis_errors_total: true,
  node_pressure_cpu_waiting_seconds_total: !existsSync('/proc/pressure/cpu'),
  node_pressure_io_waiting_seconds_total: !existsSync('/proc/pressure/io'),
  node_pressure_memory_waiting_seconds_total: !existsSync('/proc/pressure/memory'),
};

function skipOf(job: ExporterJob): string | false {
  const { name } = EXPORTERS[job];
  return pathOf(job) ? false : `no ${name} on this machine; \`npm run servers -- ${name}\` gets it`;
}

function pathOf(job: ExporterJob): string | undefined {
  return process.env[`TEST_${job.toUpperCase()}_EXPORTER_PATH`];
}

/** Starts the exporter and scrapes it. @param url of its server */
async function scrape(t: TestContext, job: ExporterJob, url: string | undefined): Promise<string> {
  const dataDir = makeTestFolder(t, 'exporter');
  const port = await findFreePort();
  const part = await startExporter(job, pathOf(job) as string, {
    dataDir,
    searchPath: process.env.PATH ?? '',
    port,
    ...(url !== undefined && { url }),
  });
  t.after(() => part.stop());
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

for (const { job, prefix, urlFor } of CASES) {
  const { name } = EXPORTERS[job];
  const skip = skipOf(job);

  test(`${name} has the series and labels that boards read`, { skip }, async (t) => {
    const text = await scrape(t, job, await urlFor(t));
    const wanted = Object.entries(EXPORTER_SERIES).filter(([series]) => series.startsWith(prefix));
    assert.ok(wanted.length > 10);
    for (const [series, labels] of wanted) {
      const line = new RegExp(`^${series}(?:\\{(.*)\\})? `, 'm').exec(text);
      if (line === null && MAY_LACK[series]) continue;
      assert.ok(line, `${series} is not there`);
      for (const label of labels) assert.match(`,${line[1]}`, new RegExp(`,${label}="`), series);
    }
    t.diagnostic(`${wanted.length} series, ${text.length} bytes a scrape`);
  });

  if (job === 'host') continue;
  test(`${name} says that its server is down`, { skip }, async (t) => {
    const protocol = job === 'redis' ? 'redis' : 'postgres';
    const text = await scrape(t, job, `${protocol}://127.0.0.1:${await findFreePort()}`);
    assert.match(text, new RegExp(`^${prefix}up 0$`, 'm'));
  });
}
