import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DebianProgram } from '../programs/debian-packages.ts';
import { type Part, startPart } from '../process/process.ts';
import { findProgram, type Program } from '../programs/program.ts';

export const ALERTMANAGER: DebianProgram = {
  names: ['alertmanager', 'prometheus-alertmanager'],
  packages: ['prometheus-alertmanager'],
  binary: '/usr/bin/prometheus-alertmanager',
};

export interface AlertmanagerOptions {
  /** State is in `<dataDir>/alertmanager`. */
  dataDir: string;
  /** The folder of downloaded programs; by default the data folder. */
  programDir?: string;
  port: number;
  searchPath: string;
  configFile: string;
  /** Begins the paths, if it is behind `startLocalProxy`. */
  pathPrefix?: string;
  onSpawn?: (part: Part) => void;
}

/**
 * Starts a single Alertmanager on loopback.
 * @throws StackError if there is no program
 */
export async function startAlertmanager(
  options: AlertmanagerOptions,
): Promise<Part & { url: string }> {
  const program = await findProgram(ALERTMANAGER, {
    ...options,
    dataDir: options.programDir ?? options.dataDir,
  });
  const folder = join(options.dataDir, 'alertmanager');
  mkdirSync(folder, { recursive: true });
  const { pathPrefix = '' } = options;
  const url = `http://127.0.0.1:${options.port}${pathPrefix}`;
  const part = await startPart({
    name: 'alertmanager',
    command: runnable(program, folder),
    args: [
      `--config.file=${options.configFile}`,
      `--storage.path=${folder}`,
      `--web.listen-address=127.0.0.1:${options.port}`,
      `--web.route-prefix=${pathPrefix}/`,
      '--cluster.listen-address=',
      '--log.level=warn',
    ],
    env: { PATH: options.searchPath },
    cwd: folder,
    logFile: join(options.dataDir, 'logs/alertmanager.log'),
    async isReady() {
      const response = await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(2000) });
      await response.body?.cancel();
      return response.ok;
    },
    onSpawn: options.onSpawn,
  });
  return { ...part, url };
}

/** The templates of Debian's package; the program has this path as a constant. */
const TEMPLATES = '/usr/share/prometheus/alertmanager';

/** If Debian's program is only unpacked, a patched copy that finds its templates in `folder`. */
function runnable({ path }: Program, folder: string): string {
  const root = join(dirname(path), 'root');
  if (!existsSync(join(root, TEMPLATES))) return path;
  for (const name of ['default.tmpl', 'email.tmpl'])
    cpSync(join(root, TEMPLATES, name), join(folder, name));
  const program = readFileSync(join(root, ALERTMANAGER.binary));
  const here = Buffer.from(`.${'/'.repeat(TEMPLATES.length - 1)}`);
  for (let at = program.indexOf(TEMPLATES); at !== -1; at = program.indexOf(TEMPLATES, at + 1))
    here.copy(program, at);
  const copy = join(folder, 'alertmanager');
  writeFileSync(copy, program, { mode: 0o755 });
  return copy;
}
