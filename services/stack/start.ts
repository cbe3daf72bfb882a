import { join, resolve } from 'node:path';
import { openDataFolder } from './data-folder.ts';
import { shiftPorts } from './ports.ts';
import { reportError } from './stack-error.ts';
import { readGivenServices } from './start/environment.ts';
import { runExample } from './start/example-run.ts';
import { clearLeftovers } from './start/leftovers.ts';
import { parseStartOptions } from './start/options.ts';
import { createPartGroup } from './start/part-group.ts';
import { createProgress } from './start/progress.ts';
import { openRunRecord } from './start/run-record.ts';
import { startStack } from './start/stack.ts';
import { formatTable } from './start/url-table.ts';

const EXAMPLE = 'triage-incident';
const INTERRUPTED = 130;

const root = resolve(import.meta.dirname, '../..');
const say = (line: string) => process.stdout.write(`${line}\n`);
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => stopping.abort());
}

try {
  process.exitCode = await main(process.argv.slice(2), process.env);
} catch (error) {
  process.exitCode = reportError(error, (line) => process.stderr.write(`${line}\n`));
}

/** @returns the exit code */
async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const options = parseStartOptions(args);
  const given = readGivenServices(env);
  const dataDir = resolve(root, env.AIO_DATA_DIR || '.aio');
  const ports = shiftPorts(options.portOffset);
  openDataFolder(dataDir);
  const record = openRunRecord(dataDir);
  const progress = createProgress(say);
  try {
    if (record.leftovers.length > 0) {
      const names = record.leftovers.map(({ name }) => name).join(', ');
      say(`Clearing what a killed start left running: ${names}`);
      await clearLeftovers(record.leftovers);
    }
    say(`Starting AIO, data in ${dataDir}`);
    const { signal } = stopping;
    const group = createPartGroup({
      progress,
      record: ({ name, identity, stopSignal }) => record.add({ name, stopSignal, ...identity }),
      optional: ['prometheus', 'jaeger'],
    });
    const interrupted = waitForAbort(signal);
    const work = async () => {
      const context = { root, dataDir, env, given, options, ports, group, progress, signal };
      const urls = await startStack(context);
      const result = await runExample({
        folder: join(root, 'services/stack/examples'),
        name: EXAMPLE,
        apiUrl: `http://127.0.0.1:${ports.api}`,
        simulatorPort: ports.simulator,
        pageOf: (runId) => `http://localhost:${ports.web}/runs/${runId}`,
        say,
        signal,
      });
      say(`The run ${result.status}:`);
      say(JSON.stringify(result.output ?? result.error, null, 2));
      say('');
      for (const line of formatTable(urls)) say(line);
      if (options.once) return result.status === 'succeeded' ? 0 : 1;
      say('\nCtrl-C stops everything.');
      await interrupted;
      return 0;
    };
    const worked = work();
    worked.catch(() => {});
    try {
      const ended = interrupted.then(() => (options.once ? INTERRUPTED : 0));
      return await Promise.race([worked, ended, group.failure]);
    } finally {
      stopping.abort();
      say('Stopping');
      await group.stop();
    }
  } finally {
    record.release();
  }
}

function waitForAbort(signal: AbortSignal): Promise<void> {
  return new Promise((done) => signal.addEventListener('abort', () => done(), { once: true }));
}
