import type { Drill } from '../kit/drill.ts';
import { loseAndRestore } from './lose-and-restore.ts';
import { createPhysicalBackup } from './physical-backup.ts';

export const baseBackup: Drill = {
  name: 'base-backup',
  what: 'takes a base backup and archives the log under load, kills servers and processes, deletes their data, restores',
  limits:
    'LOST 0 of the runs accepted before the last archived segment; DUP 0; secrets readable, but not with another key',
  run(context) {
    const dataDir = context.makeFolder('restore');
    const backup = createPhysicalBackup(dataDir);
    return loseAndRestore(context, {
      dataDir,
      settings: backup.settings,
      async backUp({ db, accepted }, goOn) {
        await goOn(1);
        await backup.take(db);
        await goOn(1);
        const kept = [...accepted];
        await backup.archiveSoFar(db);
        return kept;
      },
      async restore({ servers }, folder) {
        await backup.restore(folder);
        await servers.postgres.start();
      },
    });
  },
};

export const pointInTime: Drill = {
  name: 'point-in-time',
  what: 'a user empties tables by mistake, under load; restores the state just before from a base backup and the archive',
  limits: 'LOST 0 of the runs accepted before that moment; DUP 0; secrets readable',
  run(context) {
    const dataDir = context.makeFolder('restore');
    const backup = createPhysicalBackup(dataDir);
    let until: Date;
    return loseAndRestore(context, {
      dataDir,
      settings: backup.settings,
      async backUp({ db, accepted }, goOn) {
        await backup.take(db);
        await goOn(1);
        const kept = [...accepted];
        const { rows } = await db.query<{ now: Date }>('select clock_timestamp() as now');
        until = rows[0]!.now;
        // A Date drops microseconds, so the restore would leave out commits of the same millisecond.
        until.setMilliseconds(until.getMilliseconds() + 1);
        await goOn(0.5);
        await db.query('truncate runs, secrets cascade');
        await backup.archiveSoFar(db);
        return kept;
      },
      async restore({ servers }, folder) {
        await backup.restore(folder, until);
        await servers.postgres.start();
      },
    });
  },
};
