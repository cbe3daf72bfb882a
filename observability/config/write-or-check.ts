import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/**
 * Writes generated files. With `isCheck`, it names those that differ instead, and the process will exit with 1.
 * @param files texts by path
 */
export function writeOrCheck(files: Iterable<readonly [string, string]>, isCheck: boolean): void {
  for (const [file, text] of files) {
    if (!isCheck) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    } else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
      console.error(`${relative(ROOT, file)} is out of step: run \`npm run generate\``);
      process.exitCode = 1;
    }
  }
}
