import { findOnPath } from '@aio/tools/process/find-on-path';
import { StackError } from '@aio/tools/stack-error';
import { startCluster } from '../without-images/cluster/cluster.ts';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKubectl, type Kubectl } from './kubectl.ts';

/** Options of a whole verification. */
export interface VerifyOptions {
  /** Folder of the manifests. */
  manifests: string;
  /** Keeps programs between runs. */
  dataDir: string;
  /** For this verification only; needs some free gigabytes. */
  scratch: string;
  env: NodeJS.ProcessEnv;
  /** Archive of `docker save` with all images; empty = build them. */
  images: string;
  say: (line: string) => void;
  signal: AbortSignal;
}

/** Where a cluster comes from. */
export interface ClusterSource {
  /** For the report. */
  title: string;
  /** Nodes get images of other projects themselves. */
  pulls: boolean;
  start(): Promise<Cluster>;
}

export interface Cluster {
  kubectl: Kubectl;
  /** Puts the images of an archive of `docker save` onto the nodes. */
  load(archive: string): Promise<void>;
  /** Called once the Services of a namespace are there. */
  resolveNames(namespace: string): Promise<void>;
  /** @returns descriptions of leftovers */
  stop(): Promise<string[]>;
}

/**
 * Takes the current cluster if kind made it, because verify drains nodes and installs CustomResourceDefinitions. Only
 * a machine without one starts its own.
 */
export function findCluster(options: VerifyOptions): ClusterSource {
  const context = readContext(options.env);
  if (context?.startsWith('kind-')) return ofKind(context, options);
  const { env, scratch, signal } = options;
  return {
    title: `${context ?? 'none'} is the current context, not a cluster of kind; starting one here`,
    pulls: false,
    async start() {
      try {
        const own = await startCluster({ ...options, folder: join(scratch, 'cluster') });
        const { kubeconfig, kubectl } = own;
        return {
          ...own,
          kubectl: createKubectl(kubectl, { kubeconfig, home: scratch, env, signal }),
        };
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof StackError)) throw error;
        const { message: why, details } = error;
        throw new StackError(`no cluster: kind create cluster --config kind.yaml (${why})`, {
          details,
        });
      }
    },
  };
}

function readContext(env: NodeJS.ProcessEnv): string | undefined {
  if (findOnPath(['kubectl'], env.PATH ?? '') === undefined) return undefined;
  try {
    const args = ['config', 'current-context'];
    return execFileSync('kubectl', args, { env, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return undefined;
  }
}

function ofKind(context: string, { env, scratch, signal }: VerifyOptions): ClusterSource {
  const name = context.replace('kind-', '');
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { env, encoding: 'utf8', maxBuffer: Infinity });
  return {
    title: `the current context, ${context}`,
    pulls: true,
    async start() {
      // A copy, so that you may change the context meanwhile.
      const kubeconfig = join(scratch, 'kubeconfig.yaml');
      const text = run('kubectl', 'config', 'view', '--minify', '--flatten', '--raw');
      writeFileSync(kubeconfig, text, { mode: 0o600 });
      return {
        kubectl: createKubectl('kubectl', { kubeconfig, home: scratch, env, signal }),
        load: async (archive) => void run('kind', 'load', 'image-archive', archive, '--name', name),
        resolveNames: async () => {},
        stop: async () => [],
      };
    },
  };
}
