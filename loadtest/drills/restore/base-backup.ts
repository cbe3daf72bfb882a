import { join } from 'node:path';
import type { Drill } from '../../lib/drill/drill.ts';
import {
  type BaseBackup,
  restoreBaseBackup,
  takeBaseBackup,
} from '../../lib/restore-drill/base-backup.ts';
import { drillRestore } from '../../lib/restore-drill/drill.ts';
import { archiveSoFar, createWalArchive } from '../../lib/restore-drill/wal-archive.ts';

export const baseBackup: Drill = {
  name: 'base-backup',
  what: 'takes a base backup and archives the log under load, kills servers and processes, deletes their data, restores',
  limits:
    'LOST 0 of the runs accepted before the last archived segment; DUP 0; secrets readable, but not with another key',
  run(context) {
    const dataDir = context.makeFolder('restore');
    const wal = createWalArchive(join(dataDir, 'wal'));
    let backup: BaseBackup;
    return drillRestore(context, {
      dataDir,
      settings: wal.settings,
      async backUp({ db, accepted }, load) {
        await load.goOn(1);
        backup = await takeBaseBackup(db, join(dataDir, 'base.tar'));
        await load.goOn(1);
        const kept = [...accepted];
        await archiveSoFar(db);
        return kept;
      },
      async restore({ servers }, folder) {
        await restoreBaseBackup(backup, { folder, wal, until: null });
        await servers.postgres.start();
      },
    });
  },
};
