import { buildGoServer, downloadGoModule } from '@aio/stack/without-images/servers/build-go-server';
import { findOnPath } from '@aio/stack/find-on-path';
import {
  findBuilt,
  findOwn,
  GO_SERVERS,
  type GoServer,
  programsOf,
} from '@aio/stack/without-images/servers/go-servers';
import { basename } from 'node:path';

export interface ToolOptions {
  /** Where programs are kept. */
  dataDir: string;
  env: NodeJS.ProcessEnv;
  /** Build what is missing; false = only what is there. */
  build: boolean;
  say: (line: string) => void;
  signal: AbortSignal;
}

/**
 * A program of Kubernetes: of the data folder, else built from its Go module. One of PATH, which may be of any version,
 * only where nothing may be built.
 * @returns its path; null = it is not here and may not be built
 * @throws StackError when it cannot be built
 */
export async function findTool(name: string, options: ToolOptions): Promise<string | null> {
  const { dataDir, env, say, signal } = options;
  const own = findOwn([name], dataDir);
  if (own !== undefined) return own;
  if (!options.build) return findOnPath([name], env.PATH ?? '') ?? null;
  const server = serverOf(name);
  say(`building ${server.title} with Go, once; it takes minutes`);
  await buildGoServer(server, { dataDir, env, onProgress: say, signal });
  return findBuilt(dataDir, server)?.find((path) => basename(path) === name) ?? null;
}

function serverOf(program: string): GoServer {
  const server = GO_SERVERS.find((one) => programsOf(one).includes(program));
  if (server === undefined) throw new Error(`there is no server that has ${program}`);
  return server;
}

/** Modules whose archives are read: they have schemas, and how KWOK plays nodes. */
const MODULES = {
  kubernetes: serverOf('kubectl'),
  kwok: serverOf('kwok'),
  keda: { module: 'github.com/kedacore/keda/v2', version: 'v2.21.0' },
  prometheusOperator: {
    module: 'github.com/prometheus-operator/prometheus-operator',
    version: 'v0.85.0',
  },
};

export type ModuleName = keyof typeof MODULES;

/** @returns the folder of the module's archive. @throws StackError */
export function getModule(source: ModuleName, options: ToolOptions): Promise<string> {
  const { dataDir, env, say, signal } = options;
  return downloadGoModule(MODULES[source], { dataDir, env, onProgress: say, signal });
}

/** For people: `k8s.io/kubernetes v1.37.2`. */
export function titleOf(source: ModuleName): string {
  const { module, version } = MODULES[source];
  return `${module} ${version}`;
}
