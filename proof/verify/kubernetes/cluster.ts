import { findOnPath } from '@aio/tools/process/find-on-path';
import { StackError } from '@aio/tools/stack-error';
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

export interface Cluster {
  kubectl: Kubectl;
  /** Puts the images of an archive of `docker save` onto the nodes. */
  load(archive: string): Promise<void>;
}

/**
 * The current cluster, which kind must have made, because verify drains nodes and installs CustomResourceDefinitions.
 * @throws StackError if kind did not make it
 */
export function findCluster({ env, scratch, signal }: VerifyOptions): Cluster & { title: string } {
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { env, encoding: 'utf8', stdio: 'pipe', maxBuffer: Infinity });
  const context = readContext(env);
  if (context?.startsWith('kind-') !== true)
    throw new StackError(
      `the current context is ${context ?? 'none'}, not a cluster of kind: kind create cluster --config kind.yaml`,
    );
  const name = context.replace('kind-', '');
  // A copy, so that you may change the context meanwhile.
  const kubeconfig = join(scratch, 'kubeconfig.yaml');
  const text = run('kubectl', 'config', 'view', '--minify', '--flatten', '--raw');
  writeFileSync(kubeconfig, text, { mode: 0o600 });
  return {
    title: `the current context, ${context}`,
    kubectl: createKubectl('kubectl', { kubeconfig, home: scratch, env, signal }),
    load: async (archive) => void run('kind', 'load', 'image-archive', archive, '--name', name),
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
