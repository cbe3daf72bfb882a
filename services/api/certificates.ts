import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { Reading } from '@aio/catalog/instruments';

/** What people and programs reach by TLS: ourselves, and where they log in. */
export type CertificateEndpoint = 'public' | 'login_service';

const LOOK_EVERY_MS = 60_000;
/** A reading of gauges may take a second. */
const DEADLINE_MS = 800;
const HTTPS_PORT = 443;

/**
 * When the certificates of these URLs expire, by asking them now and then; of plain http there is none. One that is
 * away keeps the time that was last seen.
 * @returns what a scrape reads
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

/** Seconds since 1970. Whether it is trusted is not asked: one that has expired has a time as well. */
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
