/**
 * `npm run observe:verify [-- --prometheus <program>]`: starts the real stack with Prometheus, drives a mixed load,
 * runs every query of boards and rules, and compares Prometheus with rows, client and simulator. Exit code
 * 1 = gaps, each with its name.
 */

import { interruption } from '@aio/tools/cli/interruption';
import { readOptions } from '@aio/tools/cli/options';
import { programFolder } from '@aio/tools/system/own-servers';
import { makeScratchFolder } from '@aio/tools/cli/scratch-folder';
import { reportError } from '@aio/tools/stack-error';
import { rmSync } from 'node:fs';
import { describe } from '../report.ts';
import { startStand } from '../stand.ts';
import { findGaps, verify } from '../verify.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { argv, env } = process;
try {
  process.exitCode = await main(argv.slice(2), env);
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}
// An interrupted verification still has open requests.
process.exit();

async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { prometheus } = readOptions(args, { prometheus: 'text' });
  const dataDir = makeScratchFolder('verify');
  const say = sayWithTime();
  const interrupted = interruption();
  // An interruption during the start is handled once the parts can be stopped.
  interrupted.catch(() => {});
  const stand = await startStand({
    dataDir,
    programDir: programFolder(env.AIO_DATA_DIR),
    searchPath: env.PATH ?? '',
    ...(prometheus !== '' && { prometheus }),
    say,
  });
  let isGood = false;
  try {
    const verification = await Promise.race([verify(stand, say), interrupted]);
    for (const line of describe(verification)) console.log(line);
    isGood = findGaps(verification).length === 0;
  } finally {
    await stand.stop();
    if (isGood) rmSync(dataDir, { recursive: true, force: true });
    else console.error(`Logs and data are in ${dataDir}`);
  }
  return isGood ? 0 : 1;
}

function sayWithTime(): (line: string) => void {
  const startedAt = performance.now();
  return (line) => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    console.error(`${String(seconds).padStart(4)} s  ${line}`);
  };
}
