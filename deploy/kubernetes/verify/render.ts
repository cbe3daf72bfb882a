import { StackError } from '@aio/stack/stack-error';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Kubectl } from './cluster/kubectl.ts';
import { type Manifest, parseManifests } from './manifest.ts';

/** What `kubectl apply -k` is given: the base and every overlay, from the folder of the manifests. */
export function listTargets(folder: string): string[] {
  const overlays = globSync('overlays/*/kustomization.yaml', { cwd: folder }).map(dirname).sort();
  return ['base', ...overlays];
}

/** Everything of a target, as Kustomize puts it together. @throws StackError with what it said */
export async function render(
  kubectl: Kubectl,
  folder: string,
  target: string,
): Promise<Manifest[]> {
  const { stdout, stderr } = await kubectl.run(['kustomize', join(folder, target)]);
  if (stderr.trim() !== '') {
    throw new StackError(`kustomize has something to say of ${target}`, {
      details: stderr.trim().split('\n'),
    });
  }
  return parseManifests(stdout);
}
