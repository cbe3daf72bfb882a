import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DebianProgram } from './debian-packages.ts';
import { type Part, startPart } from './process.ts';
import { findProgram } from './program.ts';

export const ALERTMANAGER: DebianProgram = {
  names: ['alertmanager', 'prometheus-alertmanager'],
  packages: ['prometheus-alertmanager'],
  binary: '/usr/bin/prometheus-alertmanager',
};

export interface AlertmanagerOptions {
  /** What it remembers is kept in `<dataDir>/alertmanager`. */
  dataDir: string;
  /** Where a downloaded program is kept; by default the data folder. */
  programDir?: string;
  port: number;
  searchPath: string;
  configFile: string;
}

/**
 * Starts Alertmanager alone, on loopback.
 * @throws StackError when there is no program
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
  const url = `http://127.0.0.1:${options.port}`;
  const part = await startPart({
    name: 'alertmanager',
    command: program.path,
    args: [
      `--config.file=${options.configFile}`,
      `--storage.path=${folder}`,
      `--web.listen-address=127.0.0.1:${options.port}`,
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
  });
  return { ...part, url };
}
