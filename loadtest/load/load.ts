/**
 * `npm run load -- <scenario> [options]`: puts a load on a running stack. It prints k6's summary and the slowest runs, and
 * keeps the result as JSON and k6's charts as a page. It uses the stack of `npm start`. If none runs, it starts one and stops it again.
 * Exit code 1: an objective was missed; for `knee`, no rate meets the objectives.
 *   --rate N           runs per second; for `knee` the first rate, for `browser` checks per minute
 *   --duration 90s     length of the load, also 10m or 4h; for `knee` of each rate
 *   --listeners N      event streams at once, for `listeners` (2000); set EVENT_STREAMS_PER_PERSON for `npm start`
 *   --traced N         percentage of requests that ask for a trace (100)
 *   --most N, --precision N   for `knee`: the highest rate (400), and the precision in percent (15)
 *   --against FILE     compares with this result instead of the last one
 *   --url, --web, --identity, --simulator, --prometheus URL   addresses of the stack
 *   --port-offset N    the same as for `npm start`
 *   --own, --workers N starts a separate stack in any case, with N workers (2)
 *   --remote           allows a stack on another machine
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CHROMIUM } from '@aio/tools/servers/chromium';
import { findProgram } from '@aio/tools/programs/program';
import { reportError } from '@aio/tools/stack-error';
import type { Definition } from '@aio/tools/system/definition';
import { factorFor, listInstances, toWorkflow } from '../workflows/wfformat.ts';
import { interruption } from '@aio/tools/cli/interruption';
import { usageError } from '@aio/tools/cli/options';
import { programFolder } from '@aio/tools/system/own-servers';
import { makeScratchFolder } from '@aio/tools/cli/scratch-folder';
import { readCommandLine } from './command-line.ts';
import { requireK6 } from './find-k6.ts';
import { startOwnStack } from './own-stack.ts';
import { perform } from './perform.ts';
import { describeResult } from './report.ts';
import { keepResult, lastResult, readResult } from './result.ts';
import { DASHBOARD } from './run-scenario.ts';
import { findTarget } from './target.ts';

/** Recorded workflows are sped up until their longest task takes this long. */
const LONGEST_TASK_MS = 100;
/** Larger workflows would dominate the load. */
const MOST_TASKS = 300;

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { argv, env } = process;
const stopping = new AbortController();
interruption().catch((interrupted: unknown) => stopping.abort(interrupted));
try {
  process.exitCode = await main(argv.slice(2), env);
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}

async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const options = readCommandLine(args);
  const programDir = programFolder(env.AIO_DATA_DIR);
  const searchPath = env.PATH ?? '';
  const say = (line: string) => console.error(line);
  const k6 = requireK6({ programDir, searchPath });
  const before =
    options.against === '' ? lastResult(programDir, options.scenario) : readResult(options.against);
  const folder = makeScratchFolder('load');
  const running = options.own ? undefined : await findTarget(options, env);
  const isInBrowser = options.scenario === 'browser';
  if (isInBrowser && running === undefined)
    throw usageError('the browser scenario needs the web UI of a running stack', [
      'Run npm start, or give the addresses of a stack with --url and --web.',
    ]);
  const browser = isInBrowser ? await findBrowser(env, { dataDir: programDir, searchPath }) : {};
  const target =
    running ??
    (await startOwnStack({
      dataDir: join(folder, 'stack'),
      programDir,
      searchPath,
      workers: options.workers,
      say,
    }));
  try {
    say(`load on ${target.name}`);
    const result = await perform({
      options,
      k6,
      target,
      folder,
      env: { ...env, ...browser },
      say,
      recorded: options.scenario === 'shapes' ? readRecorded(env.WFINSTANCES_DIR, say) : [],
      command: `npm run load -- ${args.join(' ')}`,
      shown: process.stdout.isTTY ? 'progress and summary' : 'summary',
      signal: stopping.signal,
    });
    for (const line of describeResult(result, before)) console.log(line);
    const files = keepResult(programDir, result, join(folder, DASHBOARD));
    console.log(`\nreport: ${files.join('\n        ')}`);
    return result.kept ? 0 : 1;
  } finally {
    await target.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Uses K6_BROWSER_EXECUTABLE_PATH, else finds a Chromium on PATH or in the data folder. */
async function findBrowser(
  env: NodeJS.ProcessEnv,
  places: { dataDir: string; searchPath: string },
): Promise<Record<string, string>> {
  if (env.K6_BROWSER_EXECUTABLE_PATH) return {};
  return { K6_BROWSER_EXECUTABLE_PATH: (await findProgram(CHROMIUM, places)).path };
}

/** Recorded workflows with up to 300 tasks; none if the folder is missing. */
function readRecorded(folder: string | undefined, say: (line: string) => void): Definition[] {
  const instances = listInstances(folder);
  if ('missing' in instances) {
    say(`no recorded workflows: ${instances.missing}`);
    return [];
  }
  return instances.files
    .map((file) => ({ name: file.name, instance: file.read() }))
    .filter(({ instance }) => instance.tasks.length <= MOST_TASKS)
    .map(({ name, instance }) => ({
      ...toWorkflow(instance, factorFor(instance, LONGEST_TASK_MS)),
      name,
    }));
}
