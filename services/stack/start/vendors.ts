import { VENDORS } from './environment.ts';
import type { Progress } from './progress.ts';

/**
 * The variables that give workers the simulator for each vendor of language models without a key.
 */
export function arrangeVendors(
  env: NodeJS.ProcessEnv,
  simulatorUrl: string,
  progress: Progress,
): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const { name, keyVariable, urlVariable, path } of VENDORS) {
    if (env[keyVariable]) {
      progress.ready(name, `real, because ${keyVariable} is set`);
    } else if (env[urlVariable]) {
      progress.given(name, `${urlVariable}, ${env[urlVariable]}`);
      settings[keyVariable] = 'none';
    } else {
      progress.standIn(name, `the simulator, since ${keyVariable} is not set`);
      settings[keyVariable] = 'simulated-key';
      settings[urlVariable] = `${simulatorUrl}${path}`;
    }
  }
  return settings;
}
