import { runCommand } from '@aio/tools/process/command';
import { join } from 'node:path';
import { PROJECT_ROOT } from '@aio/tools/system/own-servers';

/**
 * Writes the shipped rules and routes with the generator of `observability/`.
 * @param scale factor of the catalogue's times, e.g. 1/360
 * @param webhook URL for pages and tickets
 */
export async function writeConfig(
  folder: string,
  { scale, webhook, searchPath }: { scale: number; webhook: string; searchPath: string },
) {
  const generator = join(PROJECT_ROOT, 'observability/config/generate.ts');
  const out = join(folder, 'rules');
  await runCommand({
    purpose: 'writing the rules',
    command: process.execPath,
    args: [generator, '--scale', String(scale), '--out', out, '--webhook', webhook],
    env: { PATH: searchPath },
    cwd: PROJECT_ROOT,
    logFile: join(folder, 'logs/rules.log'),
  });
  return {
    /** A glob pattern. */
    ruleFiles: join(out, '*.yml'),
    alertmanagerFile: join(out, 'alertmanager/alertmanager.yml'),
  };
}
