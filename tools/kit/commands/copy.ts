/**
 * Copies the files of pages of the cookbook, with what they import, into one folder.
 *
 *   npm run kit:copy -- traces logs ../shop/telemetry
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT, reportError, StackError } from '../../stack-error.ts';
import { filesWith } from '../files-with.ts';

const root = resolve(import.meta.dirname, '../../..');

try {
  const { positionals } = parseArgs({ allowPositionals: true });
  const folder = positionals.pop();
  if (folder === undefined || positionals.length === 0)
    throw new StackError(
      'name pages and a folder: npm run kit:copy -- traces logs ../shop/telemetry',
      {
        exitCode: EXIT.usage,
      },
    );
  const pages = positionals.map(readPage);
  mkdirSync(folder, { recursive: true });
  for (const file of new Set(pages.flatMap(({ files }) => files))) {
    const copy = join(folder, basename(file));
    if (existsSync(copy)) throw new StackError(`${copy} exists; remove it to copy it again`);
    copyFileSync(join(root, file), copy);
    console.log(`${copy}  from ${file}`);
  }
  const packages = [...new Set(pages.flatMap((page) => page.packages))];
  if (packages.length > 0) console.log(`npm install ${packages.join(' ')}`);
  console.log(
    'tsconfig.json: target es2024, and allowImportingTsExtensions or rewriteRelativeImportExtensions',
  );
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}

/** What the line "Copy … npm: …" of a page names. */
function readPage(name: string): { files: string[]; packages: string[] } {
  const page = join(root, 'docs/cookbook', `${name}.md`);
  if (!existsSync(page)) throw new StackError(`there is no page docs/cookbook/${name}.md`);
  const [line = ''] = /^Copy \d+ files?, .*$/m.exec(readFileSync(page, 'utf8')) ?? [];
  if (line === '')
    throw new StackError(`docs/cookbook/${name}.md has nothing to copy: npm run kit:pack`);
  const links = [...line.matchAll(/\]\(\.\.\/\.\.\/([^)\s]+\.ts)\)/g)].map(([, file]) => file!);
  const [, listed = ''] = /npm: (.*)$/.exec(line) ?? [];
  return {
    files: links.flatMap((file) => filesWith(root, file)),
    packages: [...listed.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
  };
}
