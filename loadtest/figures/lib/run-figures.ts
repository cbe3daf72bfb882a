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
    const missed = groups.flatMap(({ figures }) => figures).filter((figure) => !isMet(figure));
    if (json) console.log(JSON.stringify({ bench: name, options, groups }, null, 2));
    else for (const line of describeGroups(groups)) console.log(line);
    console.error(missed.length === 0 ? '\nall limits met' : `\n${missed.length} limits MISSED`);
    return missed.length === 0 ? 0 : 1;
  } catch (error) {
    return reportError(error, (line) => console.error(line));
  }
}

async function onOwnServers<Result>(
  name: string,
  env: NodeJS.ProcessEnv,
  work: (servers: OwnServers, dataDir: string) => Promise<Result>,
): Promise<Result> {
  const dataDir = makeScratchFolder(name);
  const interrupted = interruption();
  const servers = await startOwnServers({
    dataDir,
    programDir: programFolder(env.AIO_DATA_DIR),
    searchPath: env.PATH ?? '',
  });
  let kept = true;
  try {
    const result = await Promise.race([work(servers, dataDir), interrupted]);
    kept = false;
    return result;
  } finally {
    await servers.stop();
    if (kept) console.error(`logs and data: ${dataDir}`);
    else rmSync(dataDir, { recursive: true, force: true });
  }
}
