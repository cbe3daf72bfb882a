/** How large the tree is: characters of hand-written text, without white space and comments. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** `rooms.json`: a room's folders (none = what no other room has), and what it is wanted to have, in kB. */
type Rooms = Readonly<Record<string, { folders: string[]; aim: number; atMost?: number }>>;

const HAND_WRITTEN =
  /\.(ts|mts|mjs|cjs|js|vue|css|sql|py|sh|ya?ml|json|md|cfg|ini|toml)$|Dockerfile$/;
const LEFT_OUT =
  /generated|\/dist\/|package-lock\.json|workflow\.schema\.json|recorded-|fixtures?\//;
const WHOLE = 'the whole';

/** A line per room, and what is wrong if the whole is above its `atMost`. */
export function checkSizes(root: string): { lines: string[]; failure: string | undefined } {
  const rooms = JSON.parse(readFileSync(join(root, 'rooms.json'), 'utf8')) as Rooms;
  const sizes: Record<string, number> = Object.fromEntries(Object.keys(rooms).map((k) => [k, 0]));
  const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n');
  for (const file of files) {
    if (!HAND_WRITTEN.test(file) || LEFT_OUT.test(file)) continue;
    const text = readFileSync(join(root, file), 'utf8');
    if (/generated/i.test(text.split('\n', 3).join('\n'))) continue;
    const room = Object.keys(rooms).find((name) =>
      rooms[name]!.folders.some((folder) => file.startsWith(`${folder}/`)),
    );
    const size = meaningOf(file, text);
    sizes[room ?? 'root']! += size;
    sizes[WHOLE]! += size;
  }
  const lines = Object.entries(rooms).map(
    ([name, { aim }]) => `${kB(sizes[name]!).padStart(6)} kB of ${aim}  ${name}`,
  );
  const { atMost = Infinity } = rooms[WHOLE]!;
  const failure =
    sizes[WHOLE]! > atMost * 1000
      ? `The tree has ${kB(sizes[WHOLE]!)} kB, more than the ${atMost} of rooms.json. Take something out.`
      : undefined;
  return { lines, failure };
}

/** Characters without white space and comments. */
export function meaningOf(file: string, text: string): number {
  if (/\.(ts|mts|mjs|cjs|js)$/.test(file)) return codeLength(text);
  if (file.endsWith('.vue')) {
    const script = /<script[^>]*>(.*?)<\/script>/s.exec(text)?.[1] ?? '';
    return codeLength(script) + length(text.replace(script, '').replaceAll(/<!--.*?-->/gs, ''));
  }
  if (file.endsWith('.css')) return length(text.replaceAll(/\/\*.*?\*\//gs, ''));
  if (file.endsWith('.sql')) return length(text.replaceAll(/--.*$/gm, ''));
  return /\.(json|md)$/.test(file) ? length(text) : length(text.replaceAll(/(^|\s)#.*$/gm, ''));
}

/** The tokens of a script, without its comments. */
function codeLength(source: string): number {
  const file = ts.createSourceFile('file.ts', source, ts.ScriptTarget.Latest);
  const sum = (node: ts.Node): number => {
    if (ts.isJSDoc(node)) return 0;
    const parts = node.getChildren(file);
    return parts.length === 0
      ? length(node.getText(file))
      : parts.reduce((all, part) => all + sum(part), 0);
  };
  return sum(file);
}

function length(text: string): number {
  return text.replaceAll(/\s/g, '').length;
}

function kB(size: number): string {
  return Math.round(size / 1000).toLocaleString('en');
}
