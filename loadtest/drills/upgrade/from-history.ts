import { join } from 'node:path';
import type { Drill } from '../../lib/drill/drill.ts';
import { drillUpgrade } from '../../lib/upgrade-drill/drill.ts';
import {
  findCommitBefore,
  findNewestMigration,
  makeEditionOf,
  readEdition,
} from '../../lib/upgrade-drill/edition.ts';

export const fromHistory: Drill = {
  name: 'from-history',
  what: 'the code of before the newest migration, and this one: migrated under load, then every process changed, one after the other',
  limits:
    'every request answered 202 or 200; LOST 0, DUP 0, FX <= 2; old and new work side by side',
  async run(context) {
    const commit = await findCommitBefore(findNewestMigration());
    context.progress(`code of ${commit.slice(0, 7)}`);
    const dataDir = context.makeFolder('upgrade');
    return drillUpgrade(context, {
      dataDir,
      old: await makeEditionOf(join(dataDir, 'old'), { version: 'old', commit }),
      next: readEdition(),
      oldStartsAgain: false,
    });
  },
};
