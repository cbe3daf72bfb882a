import { join } from 'node:path';
import type { Drill } from '../kit/drill.ts';
import { findCommitBeforeNewest, makeOldEdition, readEdition } from '../../bed/edition.ts';
import { upgradeUnderLoad } from './upgrade-under-load.ts';

export const fromHistory: Drill = {
  name: 'from-history',
  what: 'upgrades from the code before the newest migration: migrates under load, then replaces every process in turn',
  limits:
    'every request answered 202 or 200; LOST 0, DUP 0, FX <= 2; old and new processes work at the same time',
  async run(context) {
    const commit = await findCommitBeforeNewest();
    context.progress(`code of ${commit.slice(0, 7)}`);
    const dataDir = context.makeFolder('upgrade');
    return upgradeUnderLoad(context, {
      dataDir,
      old: await makeOldEdition(join(dataDir, 'old'), commit),
      next: readEdition(),
      oldStartsAgain: false,
    });
  },
};
