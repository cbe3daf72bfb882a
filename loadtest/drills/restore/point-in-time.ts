import { join } from 'node:path';
import type { Drill } from '../../lib/drill/drill.ts';
import {
  type BaseBackup,
  restoreBaseBackup,
  takeBaseBackup,
} from '../../lib/restore-drill/base-backup.ts';
import { drillRestore } from '../../lib/restore-drill/drill.ts';
import { archiveSoFar, createWalArchive } from '../../lib/restore-drill/wal-archive.ts';

export const pointInTime: Drill = {
  name: 'point-in-time',
  what: 'a user empties tables by mistake, under load; restores the state just before from a base backup and the archive',
  limits: 'LOST 0 of the runs accepted before that moment; DUP 0; secrets readable',
  run(context) {
    const dataDir = context.makeFolder('restore');
    const wal = createWalArchive(join(dataDir, 'wal'));
    let backup: BaseBackup;
    let until: Date;
    return drillRestore(context, {
      dataDir,
      settings: wal.settings,
      async backUp({ db, accepted }, load) {
        backup = await takeBaseBackup(db, join(dataDir, 'base.tar'));
        await load.goOn(1);
        const kept = [...accepted];
        const { rows } = await db.query<{ now: Date }>('select clock_timestamp() as now');
        until = rows[0]!.now;
        // A Date drops microseconds, so the restore would leave out commits of the same millisecond.
        until.setMilliseconds(until.getMilliseconds() + 1);
        await load.goOn(0.5);
        await db.query('truncate runs, secrets cascade');
        await archiveSoFar(db);
        return kept;
      },
      async restore({ servers }, folder) {
        await restoreBaseBackup(backup, { folder, wal, until });
        await servers.postgres.start();
      },
    });
  },
};
