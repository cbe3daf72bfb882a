import { buildGoServer } from '../servers/build-go-server.ts';
import { findOnPath } from '../../find-on-path.ts';
import { findOwn, GO_SERVERS } from '../servers/go-servers.ts';
import { StackError } from '../../stack-error.ts';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type EngineOptions, startOwnEngine } from './own-engine.ts';

/** A Docker engine with a client that has Compose 2. */
export interface Engine {
  /** Versions and source, for the report. */
  title: string;
  /** Environment with which `docker` and `docker compose` reach it. */
  env: NodeJS.ProcessEnv;
  /** Ends the engine if verify started it. @returns descriptions of leftovers */
  stop(): Promise<string[]>;
}

/**
 * Finds the running engine, or starts one.
 * @throws StackError with the reason if neither works
 */
export async function findEngine(options: EngineOptions): Promise<Engine> {
  const { env, folder } = options;
  const running = findRunning(env);
  const own = running ? undefined : await startOwnEngine(options);
  const host = own?.host ?? running?.host;
  const clientEnv = {
    ...env,
    ...(host && { DOCKER_HOST: host }),
    ...(own && { PATH: own.searchPath }),
  };
  const stop = own?.stop ?? (async () => []);
  try {
    const withCompose = await addCompose(clientEnv, { ...options, home: join(folder, 'client') });
    const [engine, compose] = [serverVersion(clientEnv), composeVersion(withCompose)];
    const source = own ? `started ${own.source}` : 'already running';
    return { title: `Docker ${engine}, ${source}; Compose ${compose}`, env: withCompose, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Also finds its address, because verify's client does not read your Docker contexts. */
function findRunning(env: NodeJS.ProcessEnv): { host: string | undefined } | undefined {
  if (findOnPath(['docker'], env.PATH ?? '') === undefined) return undefined;
  if (serverVersion(env) === undefined) return undefined;
  const format = '{{.Endpoints.docker.Host}}';
  return { host: env.DOCKER_HOST ?? ask(env, ['context', 'inspect', '--format', format]) };
}

function serverVersion(env: NodeJS.ProcessEnv): string | undefined {
  return ask(env, ['version', '--format', '{{.Server.Version}}']);
}

/** undefined = no Compose 2 or later. */
function composeVersion(env: NodeJS.ProcessEnv): string | undefined {
  const version = ask(env, ['compose', 'version', '--short'])?.replace(/^v/, '');
  return Number(version?.split('.')[0]) >= 2 ? version : undefined;
}

/** @throws StackError if Compose 2 is missing and cannot be built */
async function addCompose(
  env: NodeJS.ProcessEnv,
  options: EngineOptions & { home: string },
): Promise<NodeJS.ProcessEnv> {
  if (composeVersion(env) !== undefined) return env;
  const plugins = join(options.home, 'cli-plugins');
  mkdirSync(plugins, { recursive: true });
  symlinkSync(await findCompose(options), join(plugins, 'docker-compose'));
  // Compose 5 needs buildx to build images.
  symlinkSync(await findBuildx(options), join(plugins, 'docker-buildx'));
  const withPlugin = { ...env, DOCKER_CONFIG: options.home };
  if (composeVersion(withPlugin) !== undefined) return withPlugin;
  throw new StackError('Docker Compose 2 is missing on this machine');
}

type BuildOptions = Pick<EngineOptions, 'dataDir' | 'env' | 'say' | 'signal'>;

/**
 * Finds or builds Compose 2 or later as a standalone program, which reads files without an engine.
 * @throws StackError if it cannot be built
 */
export async function findCompose(options: BuildOptions): Promise<string> {
  return findComposeProgram(options) ?? build('compose', options);
}

function findBuildx(options: BuildOptions): Promise<string> | string {
  const { dataDir, env } = options;
  const own = findOwn(['docker-buildx'], dataDir);
  return own ?? findOnPath(['docker-buildx'], env.PATH ?? '') ?? build('buildx', options);
}

/** @throws StackError if it cannot be built */
async function build(name: string, options: BuildOptions): Promise<string> {
  const { dataDir, env, say, signal } = options;
  const server = GO_SERVERS.find((one) => one.name === name);
  if (server === undefined) throw new Error(`go-servers.ts has no ${name}`);
  say(`building ${server.title} with Go; this takes minutes, once`);
  const building = { dataDir, env, onProgress: say, ...(signal && { signal }) };
  const [program] = await buildGoServer(server, building);
  return program as string;
}

/** Finds Compose 2 or later as a standalone program. undefined = none */
export function findComposeProgram({
  dataDir,
  env,
}: Pick<EngineOptions, 'dataDir' | 'env'>): string | undefined {
  const candidates = [
    findOwn(['docker-compose'], dataDir),
    findOnPath(['docker-compose'], env.PATH ?? ''),
  ];
  return candidates.find((path) => path !== undefined && isCompose2(path));
}

/** Compose 1 has the same name. */
function isCompose2(path: string): boolean {
  const { stdout } = spawnSync(path, ['version', '--short'], { encoding: 'utf8' });
  return Number(/^v?(\d+)/.exec(stdout)?.[1]) >= 2;
}

function ask(env: NodeJS.ProcessEnv, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('docker', args, { env, encoding: 'utf8', timeout: 20_000 });
  const answer = stdout?.trim();
  return status === 0 && answer !== '' ? answer : undefined;
}
