import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { PROJECT_ROOT } from './own-servers.ts';
import { readWfInstance, type WfInstance } from './wfformat.ts';

/** Folder of recorded workflows without WFINSTANCES_DIR. */
export const DEFAULT_INSTANCES_DIR = resolve(PROJECT_ROOT, '../shared/wfinstances');

export interface InstanceFile {
  /** The file's name without `.json`. */
  name: string;
  /** @throws Error, SyntaxError */
  read(): WfInstance;
}

export type Instances = { files: InstanceFile[] } | { missing: string };

/**
 * Lists recorded workflows in alphabetical order, or gives the reason why there are none.
 * @param folder value of WFINSTANCES_DIR, relative to the project's root
 */
export function listInstances(folder: string | undefined): Instances {
  const path = folder ? resolve(PROJECT_ROOT, folder) : DEFAULT_INSTANCES_DIR;
  let names: string[];
  try {
    names = readdirSync(path).filter((name) => name.endsWith('.json'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    return {
      missing: `folder ${path} not found: set WFINSTANCES_DIR to a folder with WfFormat files`,
    };
  }
  if (names.length === 0) return { missing: `no .json files in ${path}` };
  return {
    files: names.sort().map((name) => ({
      name: basename(name, '.json'),
      read: () => readWfInstance(JSON.parse(readFileSync(join(path, name), 'utf8'))),
    })),
  };
}
