/** What one copies with a file: the files that it imports, too. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { KIT } from './pack.ts';

export interface Size {
  files: number;
  lines: number;
}

/** A link of the README's list. */
export interface Listed {
  /** Title of the list's item or group. */
  topic: string;
  /** Relative to the root. */
  file: string;
  size: Size;
  /** What the README says of it; null = nothing. */
  stated: Size | null;
}

/** In each language. */
const SECTION = /^## (?:Copy from here|取り入れられるコード)$([^]*?)(?=^## )/m;
const LINK =
  /\[[^\]]*\]\(([^)\s]+\.ts)\)(?: \((\d+) files?, (\d+) lines\)|（(\d+) ファイル、(\d+) 行）)?/g;

/** The TypeScript files that "Copy from here" of a README links, with their sizes. */
export function listCopies(root: string, readme = 'README.md'): Listed[] {
  const [, section = ''] = SECTION.exec(readFileSync(join(root, readme), 'utf8')) ?? [];
  let topic = '';
  const listed = section
    .split('\n')
    .filter((line) => !/^(?:Read, do not copy|コピーせずに読むコード):/.test(line));
  return listed.flatMap((line) => {
    const [, title] = /^- \*\*(.*?)\*\*|^\*\*(.*?)\*\*$/.exec(line)?.filter(Boolean) ?? [];
    topic = title?.replaceAll(/\[(.*?)\]\(.*?\)/g, '$1') ?? topic;
    return [...line.matchAll(LINK)].map(([, file, ...stated]) => ({
      topic,
      file: file!,
      size: sizeOf(root, file!),
      stated: sizeIn(stated),
    }));
  });
}

/** @param stated the numbers, in one language or the other */
function sizeIn(stated: readonly (string | undefined)[]): Size | null {
  const [files, lines] = stated.filter((number) => number !== undefined);
  return files === undefined ? null : { files: Number(files), lines: Number(lines) };
}

/** A file and all that it imports, except packages of the registry and of the kit, which are installed. */
export function sizeOf(root: string, file: string): Size {
  const files = filesWith(root, file);
  const lines = files.map((one) => readFileSync(join(root, one), 'utf8').split('\n').length - 1);
  return { files: files.length, lines: lines.reduce((sum, count) => sum + count, 0) };
}

/** Relative to the root, the file first. */
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
