import { StackError } from '@aio/stack/stack-error';
import { existsSync } from 'node:fs';
import type { ComposeConfig } from './images/list-images.ts';

/** Of Compose's own, with every profile: it resolves and checks the files. */
export const CONFIG_ARGUMENTS = ['--profile', '*', 'config', '--format', 'json'] as const;

/**
 * @param printed by Compose for `CONFIG_ARGUMENTS`
 * @throws StackError naming what is mounted and not there: Docker would make an empty folder of it
 */
export function readConfig(printed: string): ComposeConfig {
  const config = JSON.parse(printed) as ComposeConfig;
  const missing = Object.entries(config.services).flatMap(([name, { volumes = [] }]) =>
    volumes.flatMap(({ type, source = '' }) =>
      type === 'bind' && !existsSync(source) ? [`${source} (${name})`] : [],
    ),
  );
  if (missing.length === 0) return config;
  throw new StackError(`what is mounted is not there: ${missing.join(', ')}`);
}
