import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** What `docker compose config --format json` prints, as far as it is read. */
export interface ComposeConfig {
  services: Readonly<Record<string, Service>>;
}

export interface Service {
  image: string;
  build?: { context: string; dockerfile?: string; args?: Record<string, string | null> };
  profiles?: readonly string[];
  /** `no` = it ends by itself. */
  restart?: string;
  environment?: Readonly<Record<string, string | null>>;
  ports?: readonly { published?: string; host_ip?: string }[];
  volumes?: readonly { type: string; source?: string }[];
}

export interface Images {
  /** Built from these files. */
  own: readonly string[];
  /** Of others: what services run, and what ours are built on. */
  others: readonly string[];
}

/** The images that Compose files want, each once. */
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
 * The images that a Dockerfile begins with; not its own stages.
 * @param given build arguments
 * @throws Error when a name stands on an argument that nobody gives
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
    throw new Error(`a Dockerfile begins with ${text}, and nobody gives ${name}`);
  });
}
