import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../process/command.ts';
import { findBuilt, type GoServer, programsOf, serverFolder } from './go-servers.ts';
import { findOnPath } from '../process/find-on-path.ts';
import { makeFolder } from '../process/make-folder.ts';
import { StackError } from '../stack-error.ts';
import { type ProgressOptions, reportProgress } from '../process/report-progress.ts';

export interface BuildOptions extends ProgressOptions {
  dataDir: string;
  /** `PATH` and Go's variables. */
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
}

/**
 * Builds a server from its Go module into the data folder. The module pins its dependencies and their checksums.
 * @returns paths of its programs, as `findBuilt`
 * @throws StackError if Go is missing or too old, or the build fails
 */
export async function buildGoServer(server: GoServer, options: BuildOptions): Promise<string[]> {
  const go = findOnPath(['go'], options.env.PATH ?? '');
  if (go === undefined) throw withoutGo(server, options.dataDir);
  await makeFolder(serverFolder(options.dataDir, server), {
    isThere: () => findBuilt(options.dataDir, server) !== undefined,
    make: (unfinished) => build(go, server, unfinished, options),
    onWait: () => options.onProgress('waiting for another process that builds it'),
  });
  return findBuilt(options.dataDir, server) as string[];
}

async function build(
  go: string,
  server: GoServer,
  into: string,
  options: BuildOptions,
): Promise<void> {
  const { name, module, version, title, commands, stamp } = server;
  const { program = '', tags = [] } = server;
  const env = { ...options.env, CGO_ENABLED: '0', GOWORK: 'off' };
  const run = (verb: string, args: readonly string[]) =>
    runGo(go, args, env, `${verb} ${title}`, join(options.dataDir, `logs/go-${name}.log`), options);
  // Outside of any module, so that no other go.mod applies.
  await run('downloading', ['-C', into, 'mod', 'download', `${module}@${version}`]);
  const source = join(moduleCache(go, env), `${module}@${version}`);
  await run('building', [
    '-C',
    source,
    'build',
    '-v',
    '-mod=readonly',
    '-trimpath',
    `-tags=${tags.join(',')}`,
    `-ldflags=-s -w${stamp ? ` -X ${stamp.join('=')}` : ''}`,
    `-o=${into}/${program}`,
    ...commands.map((command) => `./${command}`),
  ]);
}

/** Go's output goes to the log, from which progress notes are derived. */
async function runGo(
  go: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  purpose: string,
  logFile: string,
  options: BuildOptions,
): Promise<void> {
  const { signal } = options;
  const run = () => runCommand({ purpose, command: go, args, env, logFile, signal });
  try {
    await reportProgress(options, () => describeGoLog(readFileSync(logFile, 'utf8')), run);
  } catch (error) {
    throw error instanceof StackError ? explainGo(error) : error;
  }
}

/** Go's progress, from its log: with `-v`, Go prints each package that it starts to compile or link. */
export function describeGoLog(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  const packages = lines.filter((line) => !/\s/.test(line));
  const downloads = lines.filter((line) => line.startsWith('go: downloading ')).length;
  if (packages.length > 0) return `package ${packages.length}: ${packages.at(-1)}`;
  return downloads > 0 ? `${downloads} modules downloaded` : 'Go is running';
}

function explainGo(error: StackError): StackError {
  const line = error.details.find((detail) => /requires go >= [\d.]+/.test(detail));
  const [, wanted, here] = /requires go >= ([\d.]+) \(running go ([\d.]+)/.exec(line ?? '') ?? [];
  if (wanted === undefined) return error;
  return new StackError(`${error.message}: it requires Go ${wanted}, and you have ${here}`, {
    cause: error,
  });
}

function withoutGo(server: GoServer, dataDir: string): StackError {
  const programs = programsOf(server).join(' and ');
  return new StackError(
    `cannot build ${server.title}: Go is not installed; install Go, or put ${programs} into ${join(dataDir, 'bin')}`,
  );
}

function moduleCache(go: string, env: NodeJS.ProcessEnv): string {
  return spawnSync(go, ['env', 'GOMODCACHE'], { env, encoding: 'utf8' }).stdout.trim();
}
