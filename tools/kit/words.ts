import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Words of AIO, as words or parts of names: laneCount, but not planes. */
const WORDS =
  /(?<![a-zA-Z])(?:workflow|lane|approval|aio)s?(?![a-z])|(?:Workflow|Lane|Approval|Aio)/g;

/**
 * Words of AIO in the sources or the JavaScript of a folder without its tests, outside of import specifiers: the kit
 * knows no service.
 * @returns `file: line`
 */
export function wordsOfAio(folder: string, scope = '@aio'): string[] {
  const specifier = new RegExp(`(['"])${scope}/[^'"]*\\1`, 'g');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[jt]s$/.test(entry.name))
    .filter((entry) => !entry.name.endsWith('.test.ts') && !/\/test(ing)?$/.test(entry.parentPath))
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      return readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line.replaceAll(specifier, '').match(WORDS))
        .map((line) => `${relative(folder, path)}: ${line.trim()}`);
    });
}
