import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';

/**
 * For the environment of a Node.js process that is given little else: it finds code as this process has
 * compiled it, where this one keeps any. A worker is ready after 0.4 s of CPU instead of 0.65.
 */
export function compileCache(): { NODE_COMPILE_CACHE?: string } {
  // Node.js makes a folder of its version in the one that it was told.
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}
