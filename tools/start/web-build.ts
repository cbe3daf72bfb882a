import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../process/command.ts';
import { holdLock } from '../file-lock.mjs';

export interface WebBuildOptions {
  /** The project's folder. */
  root: string;
  dataDir: string;
  env: NodeJS.ProcessEnv;
  /** Called before a build, which happens only if something changed. */
  onBuild?: () => void;
  signal?: AbortSignal;
}

/**
 * Builds the web UI if its sources or dependencies changed since the last build.
 * @returns the server's main file
 * @throws StackError with the last lines of a failed build
 */
export async function buildWeb(options: WebBuildOptions): Promise<string> {
  const folder = join(options.root, 'services/web');
  const server = join(folder, '.output/server/index.mjs');
  const mark = join(folder, '.output/aio-sources');
  // Not next to the build, which Nuxt empties, nor in a data folder, since there may be several.
  const release = await holdLock(join(options.root, 'node_modules/.aio-web-build.lock'), () => {});
  try {
    const wanted = hashSources(options.root);
    if (existsSync(server) && existsSync(mark) && readFileSync(mark, 'utf8') === wanted) {
      return server;
    }
    options.onBuild?.();
    await runCommand({
      purpose: 'building the web UI',
      command: process.execPath,
      args: [join(options.root, 'node_modules/nuxt/bin/nuxt.mjs'), 'build'],
      cwd: folder,
      env: { ...options.env, NODE_ENV: 'production', NUXT_TELEMETRY_DISABLED: '1' },
      logFile: join(options.dataDir, 'logs/web-build.log'),
      signal: options.signal,
    });
    writeFileSync(mark, wanted);
    return server;
  } finally {
    release();
  }
}

/** The UI's folder, and those whose code it imports. */
const SOURCES = [
  'services/web',
  'services/core',
  'observability/catalog',
  'observability/query',
].map((folder) => `${folder}/**/*`);

function hashSources(root: string): string {
  const files = globSync(SOURCES, {
    cwd: root,
    withFileTypes: true,
    exclude: (entry) => ['node_modules', 'test'].includes(entry.name) || entry.name.startsWith('.'),
  })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .concat(join(root, 'package-lock.json'))
    .sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}
