import type { ComposeConfig } from '@aio/stack/without-images/images/list-images';

/** Not the files' default host. Linux answers at every loopback address. */
const HOST = '127.0.0.2';
/** Moves the lowest port above all defaults, and the highest below the kernel's ephemeral ports. */
const SHIFT = 15_000;
const LOWEST = 3000;

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
