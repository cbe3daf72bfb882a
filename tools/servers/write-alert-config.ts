import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../process/command.ts';

/**
 * Writes the shipped rules and routes with the generator of `observability/`.
 * @param options.webhook URL for pages and tickets
 * @param options.webhookTokenFile has the bearer token for that URL. Alertmanager shows its configuration, but no file.
 */
export async function writeAlertConfig(
  folder: string,
  options: {
    root: string;
    webhook: string;
    webhookTokenFile?: string;
    searchPath: string;
  },
) {
  const { root, webhook, webhookTokenFile, searchPath } = options;
  const generator = join(root, 'observability/config/generate.ts');
  const out = join(folder, 'rules');
  await runCommand({
    purpose: 'writing the rules',
    command: process.execPath,
    args: [generator, '--out', out, '--webhook', webhook],
    env: { PATH: searchPath },
    cwd: root,
    logFile: join(folder, 'logs/rules.log'),
  });
  const alertmanagerFile = join(out, 'alertmanager/alertmanager.yml');
  if (webhookTokenFile) {
    const authorization = { credentials_file: webhookTokenFile };
    const global = JSON.stringify({ http_config: { authorization } });
    const routes = readFileSync(alertmanagerFile, 'utf8');
    writeFileSync(alertmanagerFile, `global: ${global}\n${routes}`);
  }
  return {
    /** A glob pattern. */
    ruleFiles: join(out, '*.yml'),
    alertmanagerFile,
  };
}
