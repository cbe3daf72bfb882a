import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { parseDefinition } from '@aio/core/definition/parse';
import { validateDefinition } from '@aio/core/definition/validate';
import { findScript, FOLDERS } from '../find-script.mjs';

const root = resolve(import.meta.dirname, '../..');
const SKIPPED = /(^|\/)(node_modules|\.aio|\.git|\.nuxt|\.output)$/;

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const withoutCode = (text: string) => text.replace(/^ *```[^]*?^ *```/gm, '');

const documents = globSync(['**/*.md', '.github/**/*.md'], {
  cwd: root,
  exclude: (path) => SKIPPED.test(path),
});

/** Unresolved addresses of links and pictures within the repository. */
function linksOf(path: string): string[] {
  const text = withoutCode(read(path)).replace(/`[^`\n]*`/g, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => !/^[a-z]+:/.test(link));
}

/** GitHub's anchors of the headings of a document. */
function anchorsOf(path: string): string[] {
  const seen = new Map<string, number>();
  return [...withoutCode(read(path)).matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) => {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

function explainBroken(from: string, link: string): string | null {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? from : relative(root, resolve(root, dirname(from), decodeURI(path)));
  if (!existsSync(join(root, target))) return `${from}: ${link}: no such file`;
  if (anchor === undefined || !target.endsWith('.md')) return null;
  return anchorsOf(target).includes(decodeURI(anchor)) ? null : `${from}: ${link}: no such heading`;
}

test('every link between documents leads somewhere', () => {
  const links = documents.flatMap((path) => linksOf(path).map((link) => [path, link] as const));
  assert.ok(links.length > 300, `${links.length} links`);
  assert.deepEqual(
    links.flatMap(([path, link]) => explainBroken(path, link) ?? []),
    [],
  );
});

test('the list of commands names every script of package.json', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const page = read('docs/commands.md');
  for (const name of Object.keys(scripts)) {
    const command = ['start', 'test'].includes(name) ? `npm ${name}` : `npm run ${name}`;
    assert.match(page, new RegExp(`^- \`${command}[ \`]`, 'm'));
  }
});

test('every npm command of a workflow exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const unknown = globSync('.github/workflows/*.yml', { cwd: root }).flatMap((path) => {
    const text = read(path);
    const ofMatrix = [...text.matchAll(/\bcommand: ([\w-]+)/g)].map(([, name = '']) => name);
    return [
      ...text.matchAll(/\bnpm run ([\w:-]+)(?: -- (\$\{\{ matrix\.command \}\}|\w[\w-]*))?/g),
    ].flatMap(([command, script = '', arg]) => {
      const names = arg?.startsWith('$') ? ofMatrix : [arg ?? ''];
      const isKnown = (name: string) =>
        !(script in FOLDERS) || 'script' in findScript(script, [name], root);
      return script in scripts && names.every(isKnown) ? [] : [`${path}: ${command}`];
    });
  });
  assert.deepEqual(unknown, []);
});

test('the Japanese README has the links and the code of the English one', () => {
  const [english, japanese] = ['README.md', 'README.ja.md'].map((path) => ({
    links: linksOf(path)
      .filter((link) => !/^(README|#)/.test(link))
      .map((link) => link.replace('.ja.md', '.md')),
    code: read(path).match(/^```[^]*?^```/gm),
  }));
  assert.deepEqual(
    japanese?.links.toSorted(),
    english?.links.toSorted(),
    'the same files, whatever the order',
  );
  const codeOf = (blocks: readonly string[] | null | undefined) =>
    blocks?.map((block) => block.replace(/ +#.*$/gm, ''));
  assert.deepEqual(codeOf(japanese?.code), codeOf(english?.code));
});

test("the README's workflow is valid", () => {
  const [, source = ''] = /^```yaml\n([^]*?)^```/m.exec(read('README.md')) ?? [];
  assert.ok(source.split('\n').length <= 21, 'twenty lines at most');
  assert.deepEqual(validateDefinition(parseDefinition(source, 'application/yaml')), []);
});

test('all workspaces have the same version, and the changelog has the format that a release reads', () => {
  const { version, workspaces } = JSON.parse(read('package.json')) as {
    version: string;
    workspaces: string[];
  };
  for (const folder of workspaces) {
    assert.equal(JSON.parse(read(`${folder}/package.json`)).version, version, folder);
  }
  const sections = [...read('CHANGELOG.md').matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  assert.equal(sections[0], '[Unreleased]');
  for (const title of sections.slice(1))
    assert.match(title!, /^\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d$/);
});
