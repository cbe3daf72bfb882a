import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, StackError } from './stack-error.ts';

/**
 * Makes the data folder when it is missing.
 * @throws StackError when it is a file or may not be written
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
        : `may not be written (${code}); change its owner, or set AIO_DATA_DIR to another folder`;
    throw new StackError(`the data folder ${folder} ${why}`, {
      exitCode: EXIT.cannotCreate,
      cause,
    });
  }
}
