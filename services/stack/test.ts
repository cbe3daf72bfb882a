import { join, resolve } from 'node:path';
import { availableParallelism } from 'node:os';
import { listGates } from './check/gates.ts';
import { runGates } from './check/run-gates.ts';
import { openDataFolder } from './data-folder.ts';
import type { Part } from './process.ts';
import { PYTHON_PROGRAMS } from './without-images/servers/python-program.ts';
import { readArguments } from './read-arguments.ts';
import { EXIT, reportError, StackError } from './stack-error.ts';
import { clearLeftovers } from './start/leftovers.ts';
import { openRunRecord } from './start/run-record.ts';
import { readDurations, saveDurations, sortSlowestFirst } from './test-run/durations.ts';
import { findTests, groupTests, TIERS, type Tier } from './test-run/find-tests.ts';
import { runFile } from './test-run/run-file.ts';
import { createTally } from './test-run/tally.ts';
import { startTestServers } from './test-run/test-servers.ts';
import { USAGES } from './usage.mjs';

const root = resolve(import.meta.dirname, '../..');
const say = (line: string) => console.log(line);
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => stopping.abort());
}

try {
  process.exitCode = await main(process.argv.slice(2), process.env);
} catch (error) {
  process.exitCode = reportError(error, say);
}

/**
 * `npm test`: the checks, then every test file; with a tier or patterns, only the files that match.
 * @returns the exit code
 */
async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { signal } = stopping;
  const { tier, patterns } = readOptions(args);
  const tally = createTally(root, say);
  const dataDir = resolve(root, env.AIO_DATA_DIR || '.aio');
  const testDir = join(dataDir, 'test');
  openDataFolder(testDir);
  const record = openRunRecord(testDir);
  const durationsFile = join(testDir, 'durations.json');
  const files = sortSlowestFirst(findTests(root, patterns, tier), readDurations(durationsFile));
  const { together, drills, alone } = groupTests(files);
  try {
    await clearLeftovers(record.leftovers);
    const concurrency = availableParallelism();
    if (patterns.length === 0 && tier === undefined) {
      const options = { root, env, concurrency, write: say, signal };
      for (const { name, failure } of await runGates(listGates(root), options)) {
        tally.add(`check: ${name}`, failure === undefined ? {} : { failure });
      }
    }
    const parts: Part[] = [];
    try {
      // Unit tests find out here that they need a server: they then belong into a folder `test/`.
      const serversEnv =
        tier === 'unit'
          ? {}
          : await startTestServers({
              root,
              dataDir,
              testDir,
              env,
              browser: files.some((file) => file.startsWith(join(root, 'services/web/test'))),
              python: PYTHON_PROGRAMS.filter(({ name }) =>
                files.some((file) => file.endsWith(`/${name}.test.ts`)),
              ),
              pgbouncer: files.some((file) => file.endsWith('/pgbouncer.test.ts')),
              onSpawn(part) {
                parts.push(part);
                const { name, identity, stopSignal } = part;
                record.add({ name, stopSignal, ...identity });
              },
              say,
              signal,
            });
      const testEnv = { ...env, NODE_ENV: 'test', ...serversEnv };
      const runQueue = async (queue: string[]): Promise<void> => {
        for (let file = queue.shift(); file && !signal.aborted; file = queue.shift())
          await runFile(file, { env: testEnv, signal, take: tally.take });
      };
      await Promise.all([
        runQueue(drills).then(() => runQueue(together)),
        ...Array.from({ length: concurrency }, () => runQueue(together)),
      ]);
      await runQueue(alone);
      saveDurations(durationsFile, tally.durations);
    } finally {
      await Promise.all(parts.map((part) => part.stop()));
    }
  } finally {
    record.release();
  }
  for (const line of tally.summary()) say(line);
  return tally.counts.failed > 0 || tally.counts.passed === 0 || signal.aborted ? 1 : 0;
}

function readOptions(args: readonly string[]): { tier: Tier | undefined; patterns: string[] } {
  const { values, positionals } = readArguments(
    args,
    { allowPositionals: true, options: { tier: { type: 'string' } } },
    USAGES.test,
  );
  const tier = TIERS.find((one) => one === values.tier);
  if (values.tier !== undefined && tier === undefined)
    throw new StackError(`unknown tier "${values.tier}", expected one of ${TIERS.join(', ')}`, {
      exitCode: EXIT.usage,
    });
  return { tier, patterns: positionals };
}
