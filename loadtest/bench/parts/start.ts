import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findFreePort } from '@aio/stack/free-port';
import { findRefusedPort, isPortFree, shiftPorts } from '@aio/stack/ports';
import { median } from '../../lib/median.ts';
import { PROJECT_ROOT } from '../../lib/own-servers.ts';
import { type BenchContext, type BenchPart, figureTable } from '../part.ts';

/** Subfolders of a data folder that hold programs; several data folders can share them. */
const PROGRAMS = ['debian', 'bin', 'node'];
const RESULT = /^The run succeeded:/;

/** Times `npm start` until its example run has a result. */
export const start: BenchPart = {
  name: 'start',
  async run(context) {
    const folder = join(context.dataDir, 'stack');
    linkPrograms(context.programDir, folder);
    const cold = await measureStart(context, folder);
    const warm: number[] = [];
    for (let round = 0; round < context.rounds; round++)
      warm.push(await measureStart(context, folder));
    return {
      tables: [
        figureTable('Seconds from npm start to the first result', 's', {
          'warm data': warm,
          'new data folder, programs present': cold,
        }),
      ],
      measured: { firstResult: median(warm) },
      method: `\`npm start -- --once\` with a separate data folder until it prints that its example run succeeded, ${context.rounds} times; the programs and the web build are present`,
    };
  },
};

function linkPrograms(from: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of PROGRAMS)
    if (existsSync(join(from, name))) symlinkSync(join(from, name), join(folder, name));
}

/** @returns seconds @throws Error with the last lines of output when there is no result */
async function measureStart({ say, searchPath }: BenchContext, dataDir: string): Promise<number> {
  const offset = await findOffset();
  const startedAt = performance.now();
  // Not the developer's `.env`: a key would make the example call a vendor.
  const options = ['--once', '--port-offset', String(offset), '--env-file', '/dev/null'];
  const child = spawn('npm', ['start', '--', ...options], {
    cwd: PROJECT_ROOT,
    env: { PATH: searchPath, AIO_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  let seconds: number | undefined;
  const listen = (line: string) => {
    said.push(line);
    if (RESULT.test(line)) seconds = (performance.now() - startedAt) / 1000;
  };
  createInterface({ input: child.stdout }).on('line', listen);
  createInterface({ input: child.stderr }).on('line', listen);
  await new Promise((done) => child.once('close', done));
  if (seconds === undefined) throw new Error(`npm start: ${said.slice(-10).join('\n')}`);
  say(`first result after ${seconds.toFixed(1)} s`);
  return seconds;
}

/** @returns a port offset at which all ports of a stack are free */
async function findOffset(): Promise<number> {
  for (;;) {
    // A free port serves as a random number. The highest port of a stack is below 20,000.
    const offset = await findFreePort();
    const ports = shiftPorts(offset);
    if (findRefusedPort(ports)) continue;
    const free = await Promise.all(Object.values(ports).map(isPortFree));
    if (free.every(Boolean)) return offset;
  }
}
