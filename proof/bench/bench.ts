/**
 * `npm run bench [-- part …] [--rounds N] [--commit SHA] [--json]`: compares the shipped processes with other
 * engines and checks every guard rail (exit code 1 = one is missed). `--commit` also measures the code of an earlier
 * commit, in turn with this code. README.md lists the parts.
 */

import { reportError } from '@aio/tools/stack-error';
import { rmSync } from 'node:fs';
import { interruption } from '@aio/tools/cli/interruption';
import { readOptions, usageError } from '@aio/tools/cli/options';
import { programFolder, startOwnServers } from '@aio/tools/system/own-servers';
import { makeScratchFolder } from '@aio/tools/cli/scratch-folder';
import { cancel } from './parts/cancel.ts';
import { engine, http, idle } from './parts/engines.ts';
import { fairness } from './parts/fairness.ts';
import { memory } from './parts/memory.ts';
import { retention } from './parts/retention.ts';
import { slots } from './parts/slots.ts';
import { telemetry } from './parts/telemetry.ts';
import { type BenchPart, runParts } from './part.ts';
import { makeReport } from './report.ts';
import { describeMachine, POSTGRES_SETTINGS } from './versions.ts';

const PARTS: readonly BenchPart[] = [engine, idle, http, fairness, cancel, memory, telemetry];
/** Parts that run only by name. */
const BY_NAME: readonly BenchPart[] = [slots, retention];

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { PATH: searchPath = '', AIO_DATA_DIR } = process.env;

try {
  process.exitCode = await bench(process.argv.slice(2));
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}
// Requests of an interrupted bench would keep the process alive.
process.exit();

/** @returns the exit code */
async function bench(args: readonly string[]): Promise<number> {
  const options = args.findIndex((arg) => arg.startsWith('-'));
  const names = options === -1 ? args : args.slice(0, options);
  const { rounds, commit, json } = readOptions(args.slice(names.length), {
    rounds: { default: 3, least: 1 },
    commit: 'text',
    json: 'flag',
  });
  const parts = choose(names, commit);
  const interrupted = interruption();
  // An interruption between two parts rejects the promise; the next part handles it.
  interrupted.catch(() => {});
  const dataDir = makeScratchFolder('bench');
  const programDir = programFolder(AIO_DATA_DIR);
  const postgresSettings = POSTGRES_SETTINGS;
  const servers = await startOwnServers({ dataDir, programDir, searchPath, postgresSettings });
  const say = (line: string) => console.error(line);
  try {
    const machine = await describeMachine(servers);
    const run = { servers, dataDir, searchPath, programDir, rounds, commit, say };
    const report = makeReport(machine, await runParts(parts, run, interrupted));
    console.log(json ? JSON.stringify(report.data, null, 2) : report.lines.join('\n'));
    return report.ok ? 0 : 1;
  } finally {
    await servers.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Parts run in the order of the list. @throws StackError that lists the parts to choose from */
function choose(names: readonly string[], commit: string): readonly BenchPart[] {
  const fits = ({ compares }: BenchPart) => commit === '' || compares === true;
  const known = [...PARTS, ...BY_NAME].filter(fits);
  const unknown = names.find((name) => !known.some((part) => part.name === name));
  if (unknown === undefined)
    return names.length === 0
      ? PARTS.filter(fits)
      : known.filter(({ name }) => names.includes(name));
  const list = known.map(({ name }) => name).join(', ');
  const purpose = commit === '' ? '' : ' for --commit';
  throw usageError(`unknown part "${unknown}"${purpose}. Choose from: ${list}`);
}
