import { StackError } from '@aio/stack/stack-error';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ComposeConfig } from '@aio/stack/without-images/images/list-images';

/** Lets Compose check and resolve the files, with all profiles. */
export const CONFIG_ARGUMENTS = ['--profile', '*', 'config', '--format', 'json'] as const;

/**
 * @param printed Compose's output for `CONFIG_ARGUMENTS`
 * @throws StackError that names missing mounts, because Docker would create empty folders
 */
export function readConfig(printed: string): ComposeConfig {
  const config = JSON.parse(printed) as ComposeConfig;
  requireMounts(
    Object.entries(config.services).flatMap(([service, { volumes = [] }]) =>
      volumes.flatMap(({ type, source = '' }) => (type === 'bind' ? [{ service, source }] : [])),
    ),
  );
  return config;
}

/**
 * Checks without Compose that the files are YAML and their mounts exist.
 * @returns the number of services
 * @throws StackError that names missing mounts
 */
export function readWithoutCompose(root: string, files: readonly string[]): number {
  const services = files.flatMap((file) => {
    const parsed = parse(readFileSync(join(root, file), 'utf8'), { merge: true }) as ParsedFile;
    return Object.entries(parsed.services);
  });
  requireMounts(
    services.flatMap(([service, { volumes = [] }]) =>
      volumes
        .filter((volume) => volume.startsWith('.'))
        .map((volume) => ({ service, source: join(root, volume.split(':')[0] ?? '') })),
    ),
  );
  return new Set(services.map(([name]) => name)).size;
}

interface ParsedFile {
  services: Readonly<Record<string, { volumes?: readonly string[] }>>;
}

interface Mount {
  service: string;
  source: string;
}

function requireMounts(mounts: readonly Mount[]): void {
  const missing = mounts.filter(({ source }) => !existsSync(source));
  if (missing.length === 0) return;
  const named = missing.map(({ source, service }) => `${source} (${service})`);
  throw new StackError(`mounts that do not exist: ${named.join(', ')}`);
}
