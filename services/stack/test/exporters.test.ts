import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { EXPORTER_SERIES } from '@aio/catalog/exporter-series';
import { createTestDatabase } from '@aio/platform/testing/database';
import { EXPORTERS, type ExporterJob, startExporter } from '../exporters.ts';
import { findFreePort } from '../free-port.ts';
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

for (const { job, prefix, urlFor } of CASES) {
  const { name } = EXPORTERS[job];
  const program = process.env[`TEST_${job.toUpperCase()}_EXPORTER_PATH`];
  const skip = program
    ? false
    : `no ${name} on this machine; \`npm run servers -- ${name}\` gets it`;

  test(`${name} has the series and labels that boards read`, { skip }, async (t) => {
    const dataDir = makeTestFolder(t, 'exporter');
    const port = await findFreePort();
    const url = await urlFor(t);
    const part = await startExporter(job, program as string, {
      dataDir,
      searchPath: process.env.PATH ?? '',
      port,
      ...(url !== undefined && { url }),
    });
    t.after(() => part.stop());
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
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
}

for (const { job, prefix } of CASES) {
  if (job === 'host') continue;
  const program = process.env[`TEST_${job.toUpperCase()}_EXPORTER_PATH`];
  const skip = program ? false : `no ${EXPORTERS[job].name} on this machine`;

  test(`${EXPORTERS[job].name} says that its server is down`, { skip }, async (t) => {
    const dataDir = makeTestFolder(t, 'exporter');
    const [port, nobody] = [await findFreePort(), await findFreePort()];
    const part = await startExporter(job, program as string, {
      dataDir,
      searchPath: process.env.PATH ?? '',
      port,
      url: `${job === 'redis' ? 'redis' : 'postgres'}://127.0.0.1:${nobody}`,
    });
    t.after(() => part.stop());
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    assert.match(text, new RegExp(`^${prefix}up 0$`, 'm'));
  });
}
