import { join } from 'node:path';
import { runCommand } from '../process/command.ts';

/**
 * Writes the shipped rules and routes with the generator of `observability/`.
 * @param scale factor of the catalogue's times, e.g. 1/360
 * @param webhook URL for pages and tickets
 */
export async function writeAlertConfig(
  folder: string,
  options: { root: string; scale: number; webhook: string; searchPath: string },
) {
  const { root, scale, webhook, searchPath } = options;
  const generator = join(root, 'observability/config/generate.ts');
  const out = join(folder, 'rules');
  await runCommand({
    purpose: 'writing the rules',
    command: process.execPath,
    args: [generator, '--scale', String(scale), '--out', out, '--webhook', webhook],
    env: { PATH: searchPath },
    cwd: root,
    logFile: join(folder, 'logs/rules.log'),
  });
  return {
    /** A glob pattern. */
    ruleFiles: join(out, '*.yml'),
    alertmanagerFile: join(out, 'alertmanager/alertmanager.yml'),
  };
}
