import { findFreePort } from '@aio/stack/free-port';
import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlertDrill } from '../../lib/alert-drill/drill.ts';
import { openHttpsDoor } from '../../lib/alert-drill/https-door.ts';
import { waitUntil } from '../../lib/wait-until.ts';

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
      await waitUntil('a segment is archived', ARCHIVED_WITHIN_MS, async () => {
        const { rows } = await db.query('select from pg_stat_archiver where archived_count > 0');
        return rows.length === 1;
      });
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
      const env = { AIO_PUBLIC_URL: `https://localhost:${port}` };
      return { processEnv: (name): Record<string, string> => (name === 'api' ? env : {}) };
    },
    async inject({ defer }) {
      const door = await openHttpsDoor(port, { folder, days: 5 });
      defer(() => door.close());
      return async () => door.renew(60);
    },
  };
}
