import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { SkipDrill } from '../drill/drill.ts';

/** An HTTPS server with a certificate, in place of the proxy that terminates TLS. */
export interface HttpsDoor {
  /** Replaces the certificate. */
  renew(days: number): void;
  close(): Promise<void>;
}

/** @throws SkipDrill if openssl is missing */
export async function openHttpsDoor(
  port: number,
  { folder, days }: { folder: string; days: number },
): Promise<HttpsDoor> {
  const server = createServer(makeCertificate(folder, days));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    renew: (newDays) => server.setSecureContext(makeCertificate(folder, newDays)),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function makeCertificate(folder: string, days: number): { key: Buffer; cert: Buffer } {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const args = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -days ${days}`;
  const made = spawnSync('openssl', [...args.split(' '), '-keyout', key, '-out', cert]);
  if (made.status !== 0)
    throw new SkipDrill(
      `making a certificate needs openssl (${made.error?.message ?? made.stderr})`,
    );
  return { key: readFileSync(key), cert: readFileSync(cert) };
}
