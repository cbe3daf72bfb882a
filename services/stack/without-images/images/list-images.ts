import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Lets Compose check and resolve the files, with all profiles; it prints a `ComposeConfig`. */
export const CONFIG_ARGUMENTS = ['--profile', '*', 'config', '--format', 'json'] as const;

/** The part of `docker compose config --format json` that verify reads. */
export interface ComposeConfig {
  services: Readonly<Record<string, Service>>;
}

export interface Service {
  image: string;
  build?: { context: string; dockerfile?: string; args?: Record<string, string | null> };
  profiles?: readonly string[];
  /** `no` = the service ends by itself. */
  restart?: string;
  environment?: Readonly<Record<string, string | null>>;
  ports?: readonly { published?: string; host_ip?: string }[];
  volumes?: readonly { type: string; source?: string }[];
}

export interface Images {
  /** AIO's images, built from the files. */
  own: readonly string[];
  /** Images of other projects: of services, and bases of AIO's images. */
  others: readonly string[];
}

/** Lists the images of Compose files, each once. */
export function listImages({ services }: ComposeConfig): Images {
  const all = Object.values(services);
  const own = new Set(all.filter(({ build }) => build !== undefined).map(({ image }) => image));
  const run = all.map(({ image }) => image).filter((image) => !own.has(image));
  const bases = all.flatMap(({ build }) => (build === undefined ? [] : readBases(build)));
  return { own: [...own], others: [...new Set([...bases, ...run])] };
}

function readBases({ context, dockerfile = 'Dockerfile', args }: NonNullable<Service['build']>) {
  return listBases(readFileSync(resolve(context, dockerfile), 'utf8'), args ?? {});
}

/**
 * Lists the base images of a Dockerfile, without its own stages.
 * @param given build arguments
 * @throws Error if a name uses an argument without a value
 */
export function listBases(
  dockerfile: string,
  given: Readonly<Record<string, string | null>>,
): string[] {
  const values: Record<string, string | null> = {};
  const stages = new Set<string>(['scratch']);
  const bases = new Set<string>();
  for (const line of dockerfile.split('\n')) {
    const [, name, value] = /^ARG\s+(\w+)(?:=(\S*))?/i.exec(line) ?? [];
    if (name !== undefined) values[name] ??= given[name] ?? value ?? null;
    const [, from, stage] = /^FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(line) ?? [];
    if (from === undefined) continue;
    const base = fillIn(from, values);
    if (!stages.has(base)) bases.add(base);
    if (stage !== undefined) stages.add(stage);
  }
  return [...bases];
}

function fillIn(text: string, values: Readonly<Record<string, string | null>>): string {
  return text.replace(/\$\{?(\w+)\}?/g, (_, name: string) => {
    const value = values[name];
    if (value) return value;
    throw new Error(`FROM ${text}: build argument ${name} has no value`);
  });
}

/** `quay.io/keycloak/keycloak:26.7.4` -> `{ name: 'keycloak', tag: '26.7.4' }`. The default tag is `latest`. */
export function parseImage(reference: string): { name: string; tag: string } {
  const last = reference.split('@')[0]?.split('/').at(-1) ?? '';
  const [name = '', tag = 'latest'] = last.split(':');
  return { name, tag };
}
