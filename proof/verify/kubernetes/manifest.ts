import { parseAllDocuments } from 'yaml';
import { StackError } from '@aio/tools/stack-error';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Kubectl } from './kubectl.ts';

/** Namespace of AIO's objects. */
export const NAMESPACE = 'aio';

/** The part of a Kubernetes object that verify reads. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  [field: string]: unknown;
}

/** Rendered objects by target. */
export type Rendered = ReadonlyMap<string, readonly Manifest[]>;

export interface PodTemplate {
  metadata: { labels?: Record<string, string> };
  spec: PodSpec;
}

export interface PodSpec {
  terminationGracePeriodSeconds?: number;
  containers: Container[];
  [field: string]: unknown;
}

export interface Container {
  name: string;
  image: string;
  command?: string[];
  env?: { name: string; value?: string; valueFrom?: Record<string, { key?: string }> }[];
  envFrom?: { configMapRef?: { name: string } }[];
  ports?: { name: string; containerPort: number }[];
  [field: string]: unknown;
}

/** Parses the objects of a YAML file and leaves out empty documents. @throws Error if it is not YAML */
export function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors[0]) throw document.errors[0];
    const manifest = document.toJS() as Manifest | null;
    return manifest === null ? [] : [manifest];
  });
}

/** The object's pod template; undefined = none. */
export function podTemplateOf(manifest: Manifest): PodTemplate | undefined {
  const { template } = (manifest.spec ?? {}) as { template?: PodTemplate };
  return template?.spec?.containers === undefined ? undefined : template;
}

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
    throw new StackError(`kustomize printed warnings or errors for ${target}`, {
      details: stderr.trim().split('\n'),
    });
  }
  return parseManifests(stdout);
}
