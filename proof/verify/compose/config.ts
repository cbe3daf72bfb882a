/** Not the files' default host. Linux answers at every loopback address. */
const HOST = '127.0.0.2';
/** Moves the lowest port above all defaults, and the highest below the kernel's ephemeral ports. */
const SHIFT = 15_000;
const LOWEST = 3000;

/** Lets Compose check and resolve the files, with all profiles; it prints a `ComposeConfig`. */
export const CONFIG_ARGUMENTS = ['--profile', '*', 'config', '--format', 'json'] as const;

/** The part of `docker compose config --format json` that verify reads. */
export interface ComposeConfig {
  services: Readonly<Record<string, Service>>;
}

export interface Service {
  image: string;
  build?: { args?: Readonly<Record<string, string | null>> };
  profiles?: readonly string[];
  /** `no` = the service ends by itself. */
  restart?: string;
  environment?: Readonly<Record<string, string | null>>;
  ports?: readonly { published?: string; host_ip?: string }[];
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
  const bases = all.flatMap(({ build }) => build?.args?.NODE_IMAGE ?? []);
  const run = all.map(({ image }) => image).filter((image) => !own.has(image));
  return { own: [...own], others: [...new Set([...bases, ...run])] };
}

/** Origins at which this machine reaches a project's services, without a trailing slash. */
export interface Place {
  api: string;
  web: string;
  keycloak: string;
  jaeger: string;
  prometheus: string;
  grafana: string;
}

/** Reads the origins from the resolved files. The host is that of AIO_PUBLIC_URL, because tokens name it. */
export function findPlace({ services }: ComposeConfig): Place {
  const web = services.frontend?.environment?.AIO_PUBLIC_URL ?? '';
  const origin = new URL(web);
  const at = (service: string): string => {
    const published = services[service]?.ports?.[0]?.published;
    return `${origin.protocol}//${origin.hostname}:${published}`;
  };
  return {
    api: at('proxy'),
    web,
    keycloak: at('keycloak'),
    jaeger: at('jaeger'),
    prometheus: at('prometheus'),
    grafana: at('grafana'),
  };
}

/**
 * @param text `.env.example`, which names the variables of all ports
 * @returns a `.env` that changes every port and the host
 */
export function shiftedSettings(text: string): string {
  const ports = [...text.matchAll(/^#([A-Z_]+_PORT)=(\d+)$/gm)].map(
    ([, name, port]) => `${name}=${Number(port) + SHIFT}`,
  );
  return [`AIO_HOST=${HOST}`, `AIO_BIND_ADDRESS=${HOST}`, ...ports, ''].join('\n');
}

/** Lists addresses and ports of the resolved files that still have their defaults. */
export function findUnshifted({ services }: ComposeConfig): string[] {
  return Object.entries(services).flatMap(([service, { ports = [], environment = {} }]) => [
    ...ports
      .filter(({ published, host_ip }) => Number(published) < LOWEST + SHIFT || host_ip !== HOST)
      .map(({ published, host_ip }) => `${service}: ${host_ip}:${published}`),
    ...Object.entries(environment)
      .filter(([, value]) => /\blocalhost\b/.test(value ?? ''))
      .map(([name, value]) => `${service}: ${name}=${value}`),
  ]);
}
