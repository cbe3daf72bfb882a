/** Writes generated/*.json. With `--check`, exits with 1 if a file differs. */
import { findDifferences, writeBoards } from './board-files.ts';

const folder = new URL('./generated/', import.meta.url);

if (process.argv.includes('--check')) {
  for (const { file, what } of findDifferences(folder)) {
    console.error(`dashboards/generated/${file} ${what}: run \`npm run generate\``);
    process.exitCode = 1;
  }
} else {
  writeBoards(folder);
}
