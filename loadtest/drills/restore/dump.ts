import { join } from 'node:path';
import type { Drill } from '../../lib/drill/drill.ts';
import { drillRestore } from '../../lib/restore-drill/drill.ts';
import { findDumpPrograms, restoreDump, takeDump } from '../../lib/restore-drill/dump.ts';

export const dump: Drill = {
  name: 'dump',
  what: 'takes a pg_dump under load, kills servers and processes, deletes their data, restores into a new server',
  limits: 'LOST 0 of the runs accepted before the dump began; DUP 0; secrets readable',
  async run(context) {
    const programs = await findDumpPrograms(context.searchPath);
    const dataDir = context.makeFolder('restore');
    const file = join(dataDir, 'aio.dump');
    return drillRestore(context, {
      dataDir,
      async backUp({ servers, accepted }, load) {
        await load.goOn(1);
        const kept = [...accepted];
        await takeDump(programs, servers.databaseUrl, file);
        return kept;
      },
      async restore({ servers }) {
        // The data folder is gone, so this makes a new cluster with an empty database.
        await servers.postgres.start();
        await restoreDump(programs, servers.databaseUrl, file);
      },
    });
  },
};
