/**
 * Counts the files and lines that one copies with each file of the README's "Copy from here".
 *
 *   npm run kit:sizes -- [--root FOLDER] [--check]
 *     --root FOLDER  of another checkout, e.g. of an older commit
 *     --check        exit code 1 if the README states another size, or a file brings more than five
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { listCopies } from '../sizes.ts';

/** With more, nobody copies it. */
const MOST_FILES = 5;

const { values } = parseArgs({
  options: { root: { type: 'string' }, check: { type: 'boolean', default: false } },
});
const root = resolve(values.root ?? resolve(import.meta.dirname, '../../..'));
if (values.check) {
  for (const readme of ['README.md', 'README.ja.md']) check(readme);
} else {
  const copies = listCopies(root);
  const topics = Map.groupBy(copies, ({ topic }) => topic);
  for (const [topic, listed] of topics) {
    console.log(topic);
    for (const { file, size } of listed)
      console.log(
        `${String(size.files).padStart(5)} files ${String(size.lines).padStart(6)} lines  ${file}`,
      );
  }
  const counts = copies.map(({ size }) => size.files).sort((a, b) => a - b);
  const alone = counts.filter((count) => count === 1).length;
  const middle = counts[Math.floor(counts.length / 2)];
  console.log(
    `${copies.length} files; ${alone} stand alone; median ${middle}, most ${counts.at(-1)}`,
  );
}

function check(readme: string): void {
  const copies = listCopies(root, readme);
  for (const { file, size, stated } of copies) {
    const found = `${size.files} ${size.files === 1 ? 'file' : 'files'}, ${size.lines} lines`;
    const isStated = stated?.files === size.files && stated.lines === size.lines;
    if (!isStated) report(`${readme}: write (${found}) after the link to ${file}`);
    if (size.files > MOST_FILES)
      report(`${readme}: ${file} brings ${size.files} files; at most ${MOST_FILES}`);
  }
  if (copies.length === 0) report(`${readme}: "Copy from here" has no files`);
}

function report(line: string): void {
  console.error(line);
  process.exitCode = 1;
}
