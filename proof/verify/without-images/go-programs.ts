import { buildGoServer } from '@aio/tools/programs/build-go-server';
import { findBuilt, type GoServer, programsOf } from '@aio/tools/programs/go-servers';
import { basename } from 'node:path';

const PROGRAMS: readonly GoServer[] = [
  {
    name: 'compose',
    title: 'Docker Compose 5.6.0',
    module: 'github.com/docker/compose/v5',
    version: 'v5.6.0',
    commands: ['cmd'],
    program: 'docker-compose',
    stamp: ['github.com/docker/compose/v5/internal.Version', 'v5.6.0'],
  },
  {
    name: 'buildx',
    title: 'Docker Buildx 0.38.2',
    module: 'github.com/docker/buildx',
    version: 'v0.38.2',
    commands: ['cmd/buildx'],
    program: 'docker-buildx',
    stamp: ['github.com/docker/buildx/version.Version', 'v0.38.2'],
  },
];

export interface ProgramOptions {
  /** Keeps programs between runs. */
  dataDir: string;
  env: NodeJS.ProcessEnv;
  say: (line: string) => void;
  signal: AbortSignal;
}

/**
 * Finds a program in the data folder, or builds it.
 * @returns its path @throws StackError if the build fails
 */
export async function getGoProgram(name: string, options: ProgramOptions): Promise<string> {
  const server = PROGRAMS.find((one) => programsOf(one).includes(name));
  if (server === undefined) throw new Error(`go-programs.ts has no ${name}`);
  const { dataDir, env, say, signal } = options;
  if (findBuilt(dataDir, server) === undefined) {
    say(`building ${server.title} with Go; this takes minutes, once`);
    await buildGoServer(server, { dataDir, env, onProgress: say, signal });
  }
  return findBuilt(dataDir, server)?.find((path) => basename(path) === name) ?? name;
}
