/** What one copies with a file: the files that it imports, too. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { KIT } from './pack.ts';

/**
 * A file and all that it imports, except packages of the registry and of the kit, which are installed.
 * @returns paths relative to the root, the file first
 */
export function filesWith(root: string, file: string): string[] {
  const workspaces = listWorkspaces(root);
  const found = new Set<string>();
  const add = (one: string) => {
    if (found.has(one)) return;
    found.add(one);
    for (const specifier of importsOf(join(root, one))) {
      const path = specifier.startsWith('.')
        ? relative(root, resolve(root, dirname(one), specifier))
        : findInWorkspaces(workspaces, specifier);
      if (path !== undefined && existsSync(join(root, path))) add(path);
    }
  };
  add(file);
  return [...found];
}

/** Also imports of types, and `import()`. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [
    ...text.matchAll(/(?:^(?:import|export|\})[^'\n]*from |^import |\bimport\()'([^']+)'/gm),
  ].map(([, specifier]) => specifier!);
}

/** Folders by name. */
function listWorkspaces(root: string): ReadonlyMap<string, string> {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    workspaces: string[];
  };
  return new Map(
    globSync(workspaces, { cwd: root }).map((folder) => {
      const manifest = readFileSync(join(root, folder, 'package.json'), 'utf8');
      return [(JSON.parse(manifest) as { name: string }).name, folder];
    }),
  );
}

function findInWorkspaces(
  workspaces: ReadonlyMap<string, string>,
  specifier: string,
): string | undefined {
  const [scope, name, ...inside] = specifier.split('/');
  const folder = workspaces.get(`${scope}/${name}`);
  if (folder === undefined || (KIT as readonly string[]).includes(folder)) return undefined;
  return `${folder}/${inside.join('/')}.ts`;
}
