import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { type Manifest, parseManifests, podTemplateOf, type PodTemplate } from '../manifest.ts';

/** The folder of the manifests. */
export const FOLDER = resolve(import.meta.dirname, '../../../../deploy/kubernetes');

/** Text of a manifest file. */
export function readText(file: string): string {
  return readFileSync(join(FOLDER, file), 'utf8');
}

/** Objects of the files, not rendered by Kustomize. */
export function readObjects(folder: string): Manifest[] {
  return globSync(`${folder}/**/*.yaml`, { cwd: FOLDER })
    .filter((file) => !file.endsWith('kustomization.yaml'))
    .sort()
    .flatMap((file) => parseManifests(readText(file)));
}

/** Objects with a pod template, by name. */
export function readTemplates(folder: string): [name: string, template: PodTemplate][] {
  return readObjects(folder).flatMap((object) => {
    const template = podTemplateOf(object);
    return template === undefined ? [] : [[object.metadata.name, template]];
  });
}

/** Settings in the ConfigMap `aio-settings` of a kustomization. */
export function readSettings(folder: string): Record<string, string> {
  const { configMapGenerator = [] } = parse(readText(`${folder}/kustomization.yaml`)) as {
    configMapGenerator?: { name: string; literals: string[] }[];
  };
  const literals = configMapGenerator.find(({ name }) => name === 'aio-settings')?.literals ?? [];
  return Object.fromEntries(literals.map((line) => split(line)));
}

/** Names and values of `secrets.example.env`. */
export function readSecretsExample(): Record<string, string> {
  const lines = readText('secrets.example.env').split('\n');
  return Object.fromEntries(lines.filter((line) => /^[A-Z]/.test(line)).map((line) => split(line)));
}

function split(line: string): [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}
