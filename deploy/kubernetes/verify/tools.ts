import { buildGoServer, downloadGoModule } from '@aio/stack/without-images/servers/build-go-server';
import { findOnPath } from '@aio/stack/find-on-path';
import type { GoServer } from '@aio/stack/without-images/servers/go-server';
import {
  findBuilt,
  findOwn,
  GO_SERVERS,
  programsOf,
} from '@aio/stack/without-images/servers/go-servers';
import { basename } from 'node:path';
import type { Report } from '@aio/compose/verify/report';
import { StackError } from '@aio/stack/stack-error';

export interface ToolOptions {
  /** Keeps programs between runs. */
  dataDir: string;
  env: NodeJS.ProcessEnv;
  /** Build missing programs. */
  build: boolean;
  say: (line: string) => void;
  signal: AbortSignal;
}

/** Options of a whole verification. */
export interface VerifyOptions {
  /** Folder of the manifests. */
  manifests: string;
  /** For this verification only. */
  scratch: string;
  tools: ToolOptions;
  /** Archive of `docker save` with the images of real nodes; empty = build them. */
  images: string;
  /** Also verify on real nodes. */
  nodes: boolean;
}

/**
 * Finds a program in the data folder, or builds it from its Go module. Without `build` it searches PATH instead, where
 * the version is unknown.
 * @returns its path; null = missing, and `build` is false
 * @throws StackError if the build fails
 */
async function findTool(name: string, options: ToolOptions): Promise<string | null> {
  const { dataDir, env, say, signal } = options;
  const own = findOwn([name], dataDir);
  if (own !== undefined) return own;
  if (!options.build) return findOnPath([name], env.PATH ?? '') ?? null;
  const server = serverOf(name);
  say(`building ${server.title} with Go; this takes minutes, once`);
  await buildGoServer(server, { dataDir, env, onProgress: say, signal });
  return findBuilt(dataDir, server)?.find((path) => basename(path) === name) ?? null;
}

function serverOf(program: string): GoServer {
  const server = GO_SERVERS.find((one) => programsOf(one).includes(program));
  if (server === undefined) throw new Error(`go-servers.ts has no ${program}`);
  return server;
}

/** Modules whose archives contain schemas, or KWOK's stages. */
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

/** @returns the folder of the module's archive @throws StackError if the download fails */
export function getModule(source: ModuleName, options: ToolOptions): Promise<string> {
  const { dataDir, env, say, signal } = options;
  return downloadGoModule(MODULES[source], { dataDir, env, onProgress: say, signal });
}

/** For example `k8s.io/kubernetes v1.37.2`. */
export function titleOf(source: ModuleName): string {
  const { module, version } = MODULES[source];
  return `${module} ${version}`;
}

/**
 * Finds or builds the programs of a level.
 * @param programs names of programs @returns their paths; undefined = one is missing, and the report has a skip
 */
export async function take<Key extends string>(
  report: Report,
  what: string,
  programs: Readonly<Record<Key, string>>,
  options: ToolOptions,
): Promise<Record<Key, string> | undefined> {
  const found = {} as Record<Key, string>;
  for (const key of Object.keys(programs) as Key[]) {
    const name = programs[key];
    const path = await orSkip(report, what, options.signal, () => findTool(name, options));
    if (path === undefined) return undefined;
    if (path === null) {
      report.skip(what, `${name} is missing, and --no-build forbids building it`);
      return undefined;
    }
    found[key] = path;
  }
  return found;
}

/** Does the work. At a StackError it reports a skip and returns undefined. */
export async function orSkip<Value>(
  report: Report,
  what: string,
  signal: AbortSignal,
  work: () => Promise<Value>,
): Promise<Value | undefined> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof StackError)) throw error;
    report.skip(what, [error.message, ...error.details].join('; '));
    return undefined;
  }
}
