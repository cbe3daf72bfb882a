import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { StackError } from '../stack-error.ts';
import { packKit } from './pack.ts';
import { filesWith } from './files-with.ts';

/** Where the files are that are copied, not installed. */
const FILES_TO_COPY = ['observability/tracing', 'services/http', 'services/api/auth'];

/**
 * Makes a project of its own from `examples/koa-bullmq`: the packages of the kit as tarballs, and `copied/` with the other
 * files that it imports, as they stand.
 * @param folder new, or empty
 */
export function makeExample(options: { root: string; folder: string; scope?: string }): void {
  const { root, folder, scope = '@aio' } = options;
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new StackError(`the folder ${folder} is not empty`);
  const example = join(root, 'examples/koa-bullmq');
  cpSync(example, folder, { recursive: true });
  const packed = packKit({ root, out: join(folder, 'packages'), scope });
  const sources = readdirSync(folder).filter((name) => /\.(ts|json)$/.test(name));
  for (const name of sources) {
    const text = readFileSync(join(folder, name), 'utf8').replaceAll('@aio/', `${scope}/`);
    writeFileSync(join(folder, name), text);
  }
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const { name, tarball } of packed)
    manifest.dependencies[name] = `file:${relative(folder, tarball)}`;
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  mkdirSync(join(folder, 'copied'));
  for (const file of filesToCopy(root, example))
    cpSync(join(root, file), join(folder, 'copied', basename(file)));
}

/** Files that the example imports from `copied/`, and those that they import; relative to the root. */
function filesToCopy(root: string, example: string): string[] {
  const names = readdirSync(example)
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [
      ...readFileSync(join(example, name), 'utf8').matchAll(/'\.\/copied\/([\w-]+\.ts)'/g),
    ])
    .map(([, name]) => name!);
  const files = [...new Set(names)].flatMap((name) => {
    const folder = FILES_TO_COPY.find((one) => existsSync(join(root, one, name)));
    if (!folder) throw new Error(`no file ${name} in ${FILES_TO_COPY.join(', ')}`);
    return filesWith(root, `${folder}/${name}`);
  });
  return [...new Set(files)];
}
