import { findFreePort } from '@aio/tools/process/free-port';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import type { AlertDrill } from './kit/alert-drill.ts';
import { SkipDrill } from '../kit/errors.ts';
import { countRows } from '../../oracles/rows.ts';
import { waitUntil } from '@aio/tools/system/wait-until';

const HOUR_MS = 3_600_000;
const ARCHIVED_WITHIN_MS = 10_000;

export const UPKEEP_DRILLS: readonly AlertDrill[] = [oldDump(), failingArchive(), oldCertificate()];

function oldDump(): AlertDrill {
  let stamp = '';
  const touch = (at: number) => {
    writeFileSync(stamp, '');
    utimesSync(stamp, at / 1000, at / 1000);
  };
  return {
    name: 'old-dump',
    what: 'the last successful dump is 30 hours old',
    fires: [{ alert: 'BackupTooOld', labels: { way: 'dump' } }],
    async prepare({ makeFolder }) {
      stamp = join(makeFolder('backup'), 'last-dump');
      return { env: { BACKUP_STAMP_FILE: stamp } };
    },
    async inject() {
      touch(Date.now() - 30 * HOUR_MS);
      return async () => touch(Date.now());
    },
  };
}

function failingArchive(): AlertDrill {
  let obstacle = '';
  return {
    name: 'failing-archive',
    what: "PostgreSQL's archive_command fails",
    fires: [{ alert: 'BackupTooOld', labels: { way: 'archive' } }],
    async prepare({ makeFolder }) {
      obstacle = join(makeFolder('archive'), 'full');
      const archive_command = `test ! -e ${obstacle}`;
      return { postgresSettings: { archive_mode: 'on', archive_command } };
    },
    async inject({ bed: { db } }) {
      // Until the first segment is archived, no metric shows that this server archives.
      await db.query('select pg_switch_wal()');
      await waitUntil('a segment is archived', ARCHIVED_WITHIN_MS, () =>
        countRows(db, 'pg_stat_archiver where archived_count > 0'),
      );
      writeFileSync(obstacle, '');
      return async () => {
        rmSync(obstacle);
        await db.query('select pg_switch_wal()');
      };
    },
  };
}

function oldCertificate(): AlertDrill {
  let port = 0;
  let folder = '';
  return {
    name: 'old-certificate',
    what: "the certificate of AIO's public address expires in five days",
    fires: [{ alert: 'CertificateExpires', labels: { endpoint: 'public' } }],
    async prepare({ makeFolder }) {
      port = await findFreePort();
      folder = makeFolder('certificate');
      return { processEnv: { api: { AIO_PUBLIC_URL: `https://localhost:${port}` } } };
    },
    async inject({ defer }) {
      // In place of the proxy that terminates TLS.
      const server = createServer(makeCertificate(folder, 5));
      await once(server.listen(port, '127.0.0.1'), 'listening');
      defer(() => {
        server.close();
        server.closeAllConnections();
      });
      return async () => server.setSecureContext(makeCertificate(folder, 60));
    },
  };
}

/** @throws SkipDrill if openssl is missing */
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
