import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { BOARDS } from '@aio/catalog/boards';
import { ALL_BOARDS } from './boards/all-boards.ts';
import { toGrafana } from './boards/shared/board.ts';
import { DEFAULTS, type Settings } from './settings.ts';

/** Writes each board as Grafana's JSON and removes other JSON files. @returns the names of the files */
export function writeBoards(folder: URL, settings = DEFAULTS): string[] {
  const files = buildFiles(settings);
  for (const [file, content] of files) writeFileSync(new URL(file, folder), content);
  for (const file of listFiles(folder)) if (!files.has(file)) rmSync(new URL(file, folder));
  return [...files.keys()];
}

/** Files of the folder that differ from the boards by any byte. */
export function findDifferences(folder: URL): { file: string; what: string }[] {
  const files = buildFiles(DEFAULTS);
  const present = listFiles(folder);
  const missing = [...files.keys()]
    .filter((file) => !present.includes(file))
    .map((file) => ({ file, what: 'is missing' }));
  const changed = present.flatMap((file) => {
    const content = files.get(file);
    if (content === undefined) return { file, what: 'belongs to no board' };
    const same = readFileSync(new URL(file, folder), 'utf8') === content;
    return same ? [] : { file, what: 'is out of step' };
  });
  return [...missing, ...changed];
}

function buildFiles(settings: Settings): Map<string, string> {
  const files = ALL_BOARDS.map((board) => {
    const dashboard = toGrafana(board, settings);
    return [`${BOARDS[board.name].uid}.json`, `${JSON.stringify(dashboard, null, 2)}\n`] as const;
  });
  return new Map(files);
}

function listFiles(folder: URL): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.json'));
}
