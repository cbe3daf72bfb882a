import { StackError } from '@aio/stack/stack-error';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Kubectl } from './cluster/kubectl.ts';
import { type Manifest, parseManifests } from './manifest.ts';

/** @returns the base and every overlay, relative to the folder of the manifests */
export function listTargets(folder: string): string[] {
  const overlays = globSync('overlays/*/kustomization.yaml', { cwd: folder }).map(dirname).sort();
  return ['base', ...overlays];
}

/** Renders a target with Kustomize. @throws StackError with its warnings or errors */
export async function render(
  kubectl: Kubectl,
  folder: string,
  target: string,
): Promise<Manifest[]> {
  const { stdout, stderr } = await kubectl.run(['kustomize', join(folder, target)]);
  if (stderr.trim() !== '') {
    throw new StackError(`kustomize warns about ${target}`, {
      details: stderr.trim().split('\n'),
    });
  }
  return parseManifests(stdout);
}
