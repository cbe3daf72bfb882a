import type { Drill } from '../../lib/drill/drill.ts';
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
