import { reportError } from '@aio/stack/stack-error';
import { rmSync } from 'node:fs';
import { interruption } from '../../lib/interruption.ts';
import { type OptionRules, type Options, readOptions } from '../../lib/options.ts';
import { type OwnServers, programFolder, startOwnServers } from '../../lib/own-servers.ts';
import { makeScratchFolder } from '../../lib/scratch-folder.ts';
import { describeGroups, type FigureGroup, isMet } from './figure.ts';

/** What a measurement stands on; it starts the system itself, as it needs it. */
export interface Bench<Rules extends OptionRules> {
  servers: OwnServers;
  dataDir: string;
  /** PATH of the caller. */
  searchPath: string;
  options: Options<Rules>;
  /** Tells what goes on just now. */
  say: (line: string) => void;
}

/**
 * Runs one measurement on a PostgreSQL and a Redis of its own and prints its figures.
 * @returns exit code: 1 = a limit was missed
 */
export async function runFigures<const Rules extends OptionRules>(
  { args, env }: { args: readonly string[]; env: NodeJS.ProcessEnv },
  name: string,
  rules: Rules,
  measure: (bench: Bench<Rules>) => Promise<FigureGroup[]>,
): Promise<number> {
  try {
    const { json, ...options } = readOptions(args, { ...rules, json: 'flag' });
    const groups = await onOwnServers(name, env, (servers, dataDir) =>
      measure({
        servers,
        dataDir,
        searchPath: env.PATH ?? '',
        options: options as unknown as Options<Rules>,
        say: (line) => console.error(line),
      }),
    );
    if (json) console.log(JSON.stringify({ name, options, groups }, null, 2));
    else for (const line of describeGroups(groups)) console.log(line);
    const missed = countMissed(groups);
    console.error(missed === 0 ? '\nall limits met' : `\n${missed} limits MISSED`);
    return missed === 0 ? 0 : 1;
  } catch (error) {
    return reportError(error, (line) => console.error(line));
  }
}

/** Data and logs are kept when something went wrong. */
async function onOwnServers(
  name: string,
  env: NodeJS.ProcessEnv,
  work: (servers: OwnServers, dataDir: string) => Promise<FigureGroup[]>,
): Promise<FigureGroup[]> {
  const dataDir = makeScratchFolder(name);
  const interrupted = interruption();
  const servers = await startOwnServers({
    dataDir,
    programDir: programFolder(env.AIO_DATA_DIR),
    searchPath: env.PATH ?? '',
  });
  let isGood = false;
  try {
    const groups = await Promise.race([work(servers, dataDir), interrupted]);
    isGood = countMissed(groups) === 0;
    return groups;
  } finally {
    await servers.stop();
    if (isGood) rmSync(dataDir, { recursive: true, force: true });
    else console.error(`logs and data: ${dataDir}`);
  }
}

function countMissed(groups: readonly FigureGroup[]): number {
  return groups.flatMap(({ figures }) => figures).filter((figure) => !isMet(figure)).length;
}
