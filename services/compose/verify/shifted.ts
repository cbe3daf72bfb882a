import type { ComposeConfig } from '@aio/stack/without-images/images/list-images';

/** Another name for this machine than the files have, which all of Linux's loopback answers to. */
const HOST = '127.0.0.2';
/** The lowest port comes to lie above all that there were, and the highest below those that the kernel gives away. */
const SHIFT = 15_000;
const LOWEST = 3000;

/**
 * A `.env` that moves every port and the host's name.
 * @param text of `.env.example`, which names the variables of all ports
 */
export function shiftedSettings(text: string): string {
  const ports = [...text.matchAll(/^#([A-Z_]+_PORT)=(\d+)$/gm)].map(
    ([, name, port]) => `${name}=${Number(port) + SHIFT}`,
  );
  return [`AIO_HOST=${HOST}`, `AIO_BIND_ADDRESS=${HOST}`, ...ports, ''].join('\n');
}

/** What still is where it is without settings: addresses and ports of the resolved files. */
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
