import { join, relative, resolve } from 'node:path';
import { availableParallelism } from 'node:os';
import { listGates } from './check/gates.ts';
import { runGates } from './check/run-gates.ts';
import { openDataFolder } from './process/data-folder.ts';
import type { Part } from './process/process.ts';
import { readArguments } from './read-arguments.ts';
import { EXIT, reportError, StackError } from './stack-error.ts';
import { clearLeftovers } from './start/leftovers.ts';
import { openRunRecord } from './start/run-record.ts';
import { readDurations, saveDurations, sortSlowestFirst } from './test-run/durations.ts';
import { findTests, TIERS, type Tier, tierOf } from './test-run/find-tests.ts';
import { runFile } from './test-run/run-file.ts';
import { createTally } from './test-run/tally.ts';
import { startTestServers } from './test-run/test-servers.ts';
import { USAGES } from './usage.mjs';

const root = resolve(import.meta.dirname, '..');
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
 * `npm test`: the checks and every test file; with a tier or patterns, only the files that match. Servers get ready
 * during the checks and the unit tests.
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
  const known = readDurations(durationsFile);
  const files = sortSlowestFirst(root, findTests(root, patterns, tier), known);
  const unit = files.filter((file) => tierOf(relative(root, file)) === 'unit');
  const others = files.filter((file) => !unit.includes(file));
  // Tests wait for servers and processes part of the time.
  const concurrency = availableParallelism() + 1;

  async function check(): Promise<void> {
    if (patterns.length > 0 || tier !== undefined) return;
    const options = { root, env, concurrency, write: say, signal };
    for (const { name, failure } of await runGates(listGates(root), options))
      tally.add(`check: ${name}`, failure === undefined ? {} : { failure });
  }
  async function runFiles(waiting: string[], serversEnv: Record<string, string>): Promise<void> {
    const testEnv = { ...env, NODE_ENV: 'test', ...serversEnv };
    const work = async (): Promise<void> => {
      for (let file = waiting.shift(); file && !signal.aborted; file = waiting.shift())
        await runFile(file, { env: testEnv, signal, take: tally.take });
    };
    await Promise.all(Array.from({ length: concurrency }, work));
  }

  try {
    await clearLeftovers(record.leftovers);
    const parts: Part[] = [];
    try {
      const checked = check();
      // Unit tests find out here that they need a server: they then belong into a folder `test/`.
      const unitTests = checked.then(() => runFiles(unit, {}));
      const onSpawn = (part: Part) => {
        parts.push(part);
        const { name, identity, stopSignal } = part;
        record.add({ name, stopSignal, ...identity });
      };
      const options = { root, dataDir, testDir, env, checked, onSpawn, say, signal };
      const servers = others.length > 0 && startTestServers({ ...options, ...needsOf(others) });
      const [serversEnv] = await Promise.all([servers || {}, unitTests]);
      await runFiles(others, serversEnv);
      saveDurations(durationsFile, tally.durations);
    } catch (error) {
      stopping.abort();
      throw error;
    } finally {
      await Promise.all(parts.map((part) => part.stop()));
    }
  } finally {
    record.release();
  }
  for (const line of tally.summary()) say(line);
  return tally.counts.failed > 0 || tally.counts.passed === 0 || signal.aborted ? 1 : 0;
}

/** Programs that only some files need. */
function needsOf(files: readonly string[]) {
  const hasFile = (name: string) => files.some((file) => file.endsWith(`/${name}.test.ts`));
  return {
    browser: files.some((file) => file.startsWith(join(root, 'services/web/test'))),
    pgbouncer: hasFile('pgbouncer'),
  };
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
