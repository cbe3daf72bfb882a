/** `export-main.ts <folder>`: writes the boards for another Grafana, with the settings of the environment. */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeBoards } from './board-files.ts';
import { readSettings } from './settings.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Name a folder for the boards: dashboards/README.md has the settings.');
  process.exitCode = 64;
} else {
  const path = resolve(folder);
  mkdirSync(path, { recursive: true });
  const files = writeBoards(pathToFileURL(`${path}/`), readSettings(process.env));
  console.log(
    `${files.length} boards in ${path}: import each in Grafana, or provision the folder.`,
  );
}
