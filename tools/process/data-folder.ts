import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, StackError } from '../stack-error.ts';

/**
 * Creates the data folder if it is missing.
 * @throws StackError if it is a file or not writable
 */
export function openDataFolder(folder: string): void {
  try {
    mkdirSync(join(folder, 'logs'), { recursive: true });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why =
      code === 'EEXIST' || code === 'ENOTDIR'
        ? 'is a file, not a folder; remove it, or set AIO_DATA_DIR to a folder'
        : `is not writable (${code}); change its owner, or set AIO_DATA_DIR to another folder`;
    throw new StackError(`the data folder ${folder} ${why}`, {
      exitCode: EXIT.cannotCreate,
      cause,
    });
  }
}
