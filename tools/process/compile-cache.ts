import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';

/**
 * The variable that lets a child process share this process's compile cache, if there is one. A worker is ready
 * after 0.4 s of CPU instead of 0.65.
 */
export function compileCache(): { NODE_COMPILE_CACHE?: string } {
  // Node.js appends a folder for its version.
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}
