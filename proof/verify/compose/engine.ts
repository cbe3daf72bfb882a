import type { Docker } from '@aio/tools/servers/docker';
import { findOnPath } from '@aio/tools/process/find-on-path';
import { StackError } from '@aio/tools/stack-error';
import { type Engine, type EngineOptions, startEngine } from '../without-images/engine.ts';
import { spawnSync } from 'node:child_process';

/**
 * Finds the Docker engine that is running. Only a machine without one starts its own.
 * @throws StackError with the reason if neither works
 */
export async function takeEngine(options: EngineOptions): Promise<Engine> {
  const running = findRunning(options.env);
  if (running !== undefined) return running;
  try {
    return await startEngine(options);
  } catch (error) {
    options.signal.throwIfAborted();
    if (!(error instanceof StackError)) throw error;
    const { message: why, details } = error;
    throw new StackError(`no Docker engine is running: start Docker (${why})`, { details });
  }
}

function findRunning(env: NodeJS.ProcessEnv): Engine | undefined {
  if (findOnPath(['docker'], env.PATH ?? '') === undefined) return undefined;
  const version = ask(env, ['version', '--format', '{{.Server.Version}}']);
  if (version === undefined) return undefined;
  const compose = ask(env, ['compose', 'version', '--short']);
  if (compose === undefined) throw new StackError('Docker is running, but has no Compose 2');
  // Verify's client does not read your Docker contexts.
  const host =
    env.DOCKER_HOST ?? ask(env, ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']);
  return {
    title: `Docker ${version}, already running; Compose ${compose}`,
    env: { ...env, ...(host && { DOCKER_HOST: host }) },
    provide: pull,
    stop: async () => [],
  };
}

async function pull(docker: Docker, references: readonly string[]) {
  let count = 0;
  for (const [index, reference] of references.entries()) {
    if (await docker.succeeds('image', 'inspect', reference)) continue;
    await docker.work(`pull-${index}`, ['pull', reference]);
    count++;
  }
  return { note: `${references.length}, of which ${count} were pulled`, missing: [] };
}

function ask(env: NodeJS.ProcessEnv, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('docker', args, { env, encoding: 'utf8', timeout: 20_000 });
  const answer = stdout?.trim();
  return status === 0 && answer !== '' ? answer : undefined;
}
