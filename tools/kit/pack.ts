import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { StackError } from '../stack-error.ts';
import { wordsOfAio } from './words.ts';

/** The packages of the kit, each after those that it imports. */
export const KIT = ['observability/metrics', 'observability/slo', 'dashboards/kit'] as const;

/** Scope of the packages in this repository. */
const OWN_SCOPE = '@aio';

export interface Packed {
  /** With its scope, e.g. `@aio/slo`. */
  name: string;
  /** Path of the tarball. */
  tarball: string;
}

interface Manifest {
  name: string;
  version: string;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  [field: string]: unknown;
}

/**
 * Builds the kit to JavaScript with types, and packs a tarball per package.
 * @param options.out folder for the tarballs
 * @param options.scope of the packages' names and imports, e.g. `@example`
 * @throws Error if a package does not compile, or has a word of AIO
 */
export function packKit(options: { root: string; out: string; scope?: string }): Packed[] {
  const { root, out, scope = OWN_SCOPE } = options;
  if (!/^@[a-z0-9][\w.-]*$/.test(scope))
    throw new Error(`the scope has to look like @example, not ${scope}`);
  const stage = mkdtempSync(join(tmpdir(), 'kit-'));
  try {
    mkdirSync(join(stage, 'node_modules/@types'), { recursive: true });
    for (const name of ['node', 'koa']) link(root, stage, `@types/${name}`);
    mkdirSync(out, { recursive: true });
    return KIT.map((folder) =>
      packPackage({ source: join(root, folder), root, stage, out, scope }),
    );
  } finally {
    rmSync(stage, { recursive: true });
  }
}

function packPackage(of: {
  source: string;
  root: string;
  stage: string;
  out: string;
  scope: string;
}): Packed {
  const { source, root, stage, out, scope } = of;
  const manifest = JSON.parse(
    inScope(readFileSync(join(source, 'package.json'), 'utf8'), scope),
  ) as Manifest;
  const target = join(stage, manifest.name.split('/')[1]!);
  copySources(source, target, scope);
  writeFileSync(join(target, 'package.json'), JSON.stringify(published(manifest, scope), null, 2));
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    if (!name.startsWith(`${scope}/`)) link(root, stage, name);
  }
  compile(root, target);
  const words = wordsOfAio(join(target, 'dist'), scope);
  if (words.length > 0)
    throw new StackError(`${manifest.name} has words of AIO`, { details: words });
  copyFileSync(join(root, 'LICENSE'), join(target, 'LICENSE'));
  writeFileSync(
    join(target, 'README.md'),
    inScope(readFileSync(join(source, 'README.md'), 'utf8'), scope),
  );
  mkdirSync(join(stage, 'node_modules', scope), { recursive: true });
  symlinkSync(target, join(stage, 'node_modules', manifest.name));
  const json = run(
    'npm',
    ['pack', '--json', '--ignore-scripts', `--pack-destination=${out}`],
    target,
  );
  const [{ filename }] = JSON.parse(json) as [{ filename: string }];
  return { name: manifest.name, tarball: join(out, filename) };
}

/** Sources without tests, with the scope in their imports. */
function copySources(source: string, target: string, scope: string): void {
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const inside = relative(source, path);
    if (!entry.isFile() || !inside.endsWith('.ts')) continue;
    if (inside.endsWith('.test.ts') || /(^|\/)(test|node_modules)\//.test(inside)) continue;
    mkdirSync(dirname(join(target, inside)), { recursive: true });
    writeFileSync(join(target, inside), inScope(readFileSync(path, 'utf8'), scope));
  }
}

function inScope(text: string, scope: string): string {
  return text.replaceAll(new RegExp(`(['"])${OWN_SCOPE}/`, 'g'), `$1${scope}/`);
}

function link(root: string, stage: string, name: string): void {
  const place = join(stage, 'node_modules', name);
  if (existsSync(place)) return;
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(join(root, 'node_modules', name), place);
}

function compile(root: string, folder: string): void {
  const compilerOptions = {
    noEmit: false,
    allowImportingTsExtensions: false,
    rewriteRelativeImportExtensions: true,
    declaration: true,
    outDir: 'dist',
    rootDir: '.',
    types: ['node'],
  };
  const config = { extends: join(root, 'tsconfig.json'), compilerOptions, include: ['**/*.ts'] };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ ...config, exclude: ['dist', 'node_modules'] }),
  );
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], folder);
}

/** package.json of the tarball: it exports what was built. */
function published(manifest: Manifest, scope: string): object {
  const { private: _, devDependencies: __, exports: ___, ...rest } = manifest;
  const dependencies = Object.fromEntries(
    Object.entries(manifest.dependencies ?? {}).map(([name, version]) => [
      name,
      name.startsWith(`${scope}/`) ? `^${manifest.version}` : version,
    ]),
  );
  return {
    ...rest,
    engines: { node: '>=22' },
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './*': { types: './dist/*.d.ts', default: './dist/*.js' },
    },
    files: ['dist'],
    dependencies,
  };
}

/** @returns standard output */
function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw error ?? new Error(`${program} ${args.join(' ')}:\n${stdout}${stderr}`);
}
