import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Package {
  name: string;
  workspaces?: readonly string[];
  dependencies?: Readonly<Record<string, string>>;
  devDependencies?: Readonly<Record<string, string>>;
}

/** Imports as the formatter writes them, also of types, and `import()`. Not those inside strings. */
const IMPORT =
  /^(?:import|export|\}).* from '(@aio\/[\w-]+)|^import '(@aio\/[\w-]+)|\bimport\('(@aio\/[\w-]+)/gm;
const LEFT_OUT = /(^|\/)(node_modules|\.nuxt|\.output)(\/|$)/;

/**
 * Imports of other workspaces that package.json of the importing workspace does not declare, one line each. Knip
 * reports only packages from the registry.
 */
export function findUndeclaredImports(root: string): string[] {
  const readPackage = (folder: string): Package =>
    JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  return (readPackage('.').workspaces ?? []).flatMap((folder) => {
    const { name, dependencies, devDependencies } = readPackage(folder);
    const declared = new Set([name, ...Object.keys({ ...dependencies, ...devDependencies })]);
    return globSync('**/*.{ts,mjs,vue}', {
      cwd: join(root, folder),
      exclude: (path) => LEFT_OUT.test(path),
    })
      .sort()
      .flatMap((path) => {
        const file = `${folder}/${path}`;
        return importsOf(readFileSync(join(root, file), 'utf8'))
          .filter((imported) => !declared.has(imported))
          .map((imported) => `${file}: declare ${imported} in ${folder}/package.json`);
      });
  });
}

/** The workspaces that a source file imports. */
function importsOf(source: string): string[] {
  const found = [...source.matchAll(IMPORT)].map(
    ([, from, bare, dynamic]) => from ?? bare ?? dynamic,
  );
  return [...new Set(found.filter((name) => name !== undefined))];
}
