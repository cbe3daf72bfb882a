import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { Reading } from '@aio/catalog/metrics/instruments';

/** AIO itself, and the login service. */
export type CertificateEndpoint = 'public' | 'login_service';

const LOOK_EVERY_MS = 60_000;
/** A scrape waits at most one second for gauges. */
const DEADLINE_MS = 800;
const HTTPS_PORT = 443;

/**
 * Reads once a minute when the certificates of the https URLs expire. If a server does not answer,
 * its last known time stays.
 */
export function createCertificateWatch(
  urls: Readonly<Record<CertificateEndpoint, string>>,
  now: () => number = Date.now,
): () => Promise<Reading<'certificateExpiry'>[]> {
  const watched = Object.entries(urls)
    .map(([endpoint, url]) => ({ endpoint: endpoint as CertificateEndpoint, url: new URL(url) }))
    .filter(({ url }) => url.protocol === 'https:');
  const known = new Map<CertificateEndpoint, { expiry: number; seenAt: number }>();
  return async () => {
    await Promise.all(
      watched.map(async ({ endpoint, url }) => {
        const seenAt = now();
        if (seenAt - (known.get(endpoint)?.seenAt ?? -Infinity) < LOOK_EVERY_MS) return;
        const expiry = await readExpiry(url).catch(() => null);
        if (expiry !== null) known.set(endpoint, { expiry, seenAt });
      }),
    );
    return [...known].map(([endpoint, { expiry }]) => ({ labels: { endpoint }, value: expiry }));
  };
}

/** Seconds since 1970. It accepts untrusted certificates, because expired ones count too. */
function readExpiry({ hostname, port }: URL): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: hostname,
      port: Number(port || HTTPS_PORT),
      ...(isIP(hostname) === 0 && { servername: hostname }),
      rejectUnauthorized: false,
    });
    socket.setTimeout(DEADLINE_MS, () => socket.destroy(new Error(`${hostname} does not answer`)));
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      const { valid_to: validTo } = socket.getPeerCertificate();
      socket.destroy();
      resolve(Date.parse(validTo) / 1000);
    });
  });
}
