import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import { findBuilt, type GoServer, programsOf, serverFolder } from './go-servers.ts';
import { findOnPath } from './find-on-path.ts';
import { makeFolder } from './make-folder.ts';
import { StackError } from './stack-error.ts';
import { type Telling, tellWhile } from './tell-while.ts';

export interface BuildOptions extends Telling {
  dataDir: string;
  /** `PATH` and what Go heeds. */
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
}

/**
 * Builds a server from its Go module into the data folder. Its module brings the versions of all that
 * it needs and their checksums along; nothing of ours decides them.
 * @returns its programs, as `findBuilt`
 * @throws StackError when there is no Go, one that is too old, or the build fails
 */
export async function buildGoServer(server: GoServer, options: BuildOptions): Promise<string[]> {
  const go = findOnPath(['go'], options.env.PATH ?? '');
  if (go === undefined) throw withoutGo(server, options.dataDir);
  await makeFolder(serverFolder(options.dataDir, server), {
    isThere: () => findBuilt(options.dataDir, server) !== undefined,
    make: (unfinished) => build(go, server, unfinished, options),
    onWait: () => options.onProgress('waiting for somebody else who builds it'),
  });
  return findBuilt(options.dataDir, server) as string[];
}

/**
 * Gets the archive of a Go module that is read and not built, e.g. for a schema in it.
 * @returns its folder, which nobody may write to
 * @throws StackError when there is no Go, or the module cannot be had
 */
export async function downloadGoModule(
  { module, version }: Pick<GoServer, 'module' | 'version'>,
  options: BuildOptions,
): Promise<string> {
  const go = findOnPath(['go'], options.env.PATH ?? '');
  if (go === undefined) throw new StackError(`${module} is got with Go, which is not here`);
  const env = { ...options.env, GOWORK: 'off' };
  const logFile = join(options.dataDir, 'logs/go-module.log');
  const args = ['-C', options.dataDir, 'mod', 'download', `${module}@${version}`];
  await runGo(go, args, env, `downloading ${module}`, logFile, options);
  return join(moduleCache(go, env), `${module}@${version}`);
}

async function build(
  go: string,
  server: GoServer,
  into: string,
  options: BuildOptions,
): Promise<void> {
  const { name, module, version, title, commands, program = '', tags, stamp, unreplaced } = server;
  const env = { ...options.env, CGO_ENABLED: '0', GOWORK: 'off' };
  const run = (verb: string, args: readonly string[]) =>
    runGo(go, args, env, `${verb} ${title}`, join(options.dataDir, `logs/go-${name}.log`), options);
  // Outside of any module: what lies around decides nothing.
  await run('downloading', ['-C', into, 'mod', 'download', `${module}@${version}`]);
  const source = join(moduleCache(go, env), `${module}@${version}`);
  const modFile = unreplaced && join(into, 'build.mod');
  if (modFile) await writeModFile(modFile, source, unreplaced, run);
  await run('building', [
    '-C',
    source,
    'build',
    '-v',
    ...(modFile ? ['-mod=mod', `-modfile=${modFile}`] : ['-mod=readonly']),
    '-trimpath',
    `-tags=${tags.join(',')}`,
    `-ldflags=-s -w${stamp ? ` -X ${stamp.join('=')}` : ''}`,
    `-o=${into}/${program}`,
    ...commands.map((command) => `./${command}`),
  ]);
  if (modFile) for (const file of [modFile, sumFileOf(modFile)]) rmSync(file);
}

/** The module's own `go.mod` and `go.sum`, which Go does not change, without some replacements. */
async function writeModFile(
  modFile: string,
  source: string,
  unreplaced: readonly string[],
  run: (verb: string, args: readonly string[]) => Promise<void>,
): Promise<void> {
  writeFileSync(modFile, readFileSync(join(source, 'go.mod')));
  writeFileSync(sumFileOf(modFile), readFileSync(join(source, 'go.sum')));
  const edits = unreplaced.map((entry) =>
    entry.includes('@') ? `-replace=${entry.split('@')[0]}=${entry}` : `-dropreplace=${entry}`,
  );
  await run('preparing', ['mod', 'edit', ...edits, modFile]);
}

function sumFileOf(modFile: string): string {
  return modFile.replace(/\.mod$/, '.sum');
}

/** Go's words go to the log; what it has come to is counted from them. */
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
    await tellWhile(options, () => describeGoLog(readFileSync(logFile, 'utf8')), run);
  } catch (error) {
    throw error instanceof StackError ? explainGo(error) : error;
  }
}

/** What Go is at, from its own words: with `-v` it prints each package that it begins to compile or link. */
export function describeGoLog(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  const packages = lines.filter((line) => !/\s/.test(line));
  const downloads = lines.filter((line) => line.startsWith('go: downloading ')).length;
  if (packages.length > 0) return `package ${packages.length}: ${packages.at(-1)}`;
  return downloads > 0 ? `${downloads} modules downloaded` : 'Go is at work';
}

function explainGo(error: StackError): StackError {
  const line = error.details.find((detail) => /requires go >= [\d.]+/.test(detail));
  const [, wanted, here] = /requires go >= ([\d.]+) \(running go ([\d.]+)/.exec(line ?? '') ?? [];
  if (wanted === undefined) return error;
  return new StackError(`${error.message}: it wants Go ${wanted}, and here is ${here}`, {
    cause: error,
  });
}

function withoutGo(server: GoServer, dataDir: string): StackError {
  const programs = programsOf(server).join(' and ');
  return new StackError(
    `${server.title} is built with Go, which is not here; install Go, or put ${programs} into ${join(dataDir, 'bin')}`,
  );
}

function moduleCache(go: string, env: NodeJS.ProcessEnv): string {
  return spawnSync(go, ['env', 'GOMODCACHE'], { env, encoding: 'utf8' }).stdout.trim();
}
