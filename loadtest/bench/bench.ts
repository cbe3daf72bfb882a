/**
 * `npm run bench [-- part …] [--only part,part] [--rounds N] [--json]`: how fast the shipped processes
 * are, beside other engines, and whether every floor is met (exit code 1 when not).
 * `npm run bench -- --profile` tells where the worker's time goes instead.
 */

import { reportError } from '@aio/stack/stack-error';
import { rmSync } from 'node:fs';
import { interruption } from '../lib/interruption.ts';
import { programFolder, startOwnServers } from '../lib/own-servers.ts';
import { POSTGRES_SETTINGS } from './postgres-settings.ts';
import { makeScratchFolder } from '../lib/scratch-folder.ts';
import { readBenchOptions } from './options.ts';
import { engine } from './parts/engine.ts';
import { idle } from './parts/idle.ts';
import { memory } from './parts/memory.ts';
import { size } from './parts/size.ts';
import { spread } from './parts/spread.ts';
import { start } from './parts/start.ts';
import { submit } from './parts/submit.ts';
import { telemetry } from './parts/telemetry.ts';
import { profileEngine } from './profile/profile-engine.ts';
import { runParts } from './run-parts.ts';
import { summarize } from './summarize.ts';
import { describeMachine } from './versions.ts';

const PARTS = [engine, idle, spread, size, memory, telemetry, submit, start];

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { PATH: searchPath = '', AIO_DATA_DIR } = process.env;

try {
  const interrupted = interruption();
  // It may come while nobody waits for it: the next part that begins sees it.
  interrupted.catch(() => {});
  process.exitCode = await bench(interrupted);
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}
// An interrupted bench still has requests on their way.
process.exit();

/** @returns the exit code */
async function bench(interrupted: Promise<never>): Promise<number> {
  const names = PARTS.map(({ name }) => name);
  const { parts: chosen, rounds, json, profile } = readBenchOptions(process.argv.slice(2), names);
  const dataDir = makeScratchFolder('bench');
  const programDir = programFolder(AIO_DATA_DIR);
  const servers = await startOwnServers({
    dataDir,
    programDir,
    searchPath,
    postgresSettings: POSTGRES_SETTINGS,
  });
  const say = (line: string) => console.error(line);
  const run = { servers, dataDir, searchPath, programDir, rounds, say, interrupted };
  try {
    if (profile) {
      const [report] = await runParts([profileEngine], run);
      return report?.result instanceof Error ? 1 : 0;
    }
    const machine = await describeMachine(servers);
    const reports = await runParts(
      PARTS.filter(({ name }) => chosen.includes(name)),
      run,
    );
    const summary = summarize(machine, reports);
    console.log(json ? JSON.stringify(summary.data, null, 2) : summary.lines.join('\n'));
    return summary.ok ? 0 : 1;
  } finally {
    await servers.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
