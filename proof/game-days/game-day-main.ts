/**
 * `npm run game-day -- <fault>`: breaks the AIO that `npm start` runs, and prints what its alerts promise and do.
 * `-- --list` prints the faults, `-- all` plays them one after the other, after half an hour of traffic; takes up to two
 * hours. Ctrl-C mends. Exit code 1: a promise was not kept.
 */

import { EXIT, reportError, StackError } from '@aio/tools/stack-error';
import { programFolder } from '@aio/tools/system/own-servers';
import { FAULTS } from '../alert-faults/all.ts';
import { findAddress } from './address.ts';
import { createGameDaysClient } from './client.ts';
import { playAll, playOne } from './play.ts';

const USAGE = 'usage: npm run game-day -- <fault> | all | --list';
const say = (line: string) => console.log(line);
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());

try {
  const { argv, env } = process;
  process.exitCode = await main(argv.slice(2), env);
} catch (error) {
  process.exitCode = reportError(error, say);
}

async function main(
  [wanted, ...others]: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  if (wanted === undefined || others.length > 0)
    throw new StackError(USAGE, { exitCode: EXIT.usage });
  if (wanted === '--list') {
    for (const { name, what } of FAULTS) say(`${name}: ${what}`);
    return 0;
  }
  const address = findAddress(programFolder(env['AIO_DATA_DIR']));
  if (!address)
    throw new StackError('no game days run here; start AIO with `npm start` first', {
      exitCode: EXIT.unavailable,
    });
  const client = createGameDaysClient(address);
  const table = { client, say, signal: interrupted.signal };
  const isKept = wanted === 'all' ? await playAll(table) : await playOne(wanted, table);
  return isKept ? 0 : 1;
}
