/**
 * `npm run drill -- restore [--short] [--only a,b] [--seed N] [--json FILE] [--list]`: takes backups under load,
 * destroys the servers, restores, and checks the restored rows. Exit code 1: a limit was missed.
 */

import { runSuite } from './kit/main.ts';
import { baseBackup, pointInTime } from './restore/base-backup.ts';
import { dump } from './restore/dump.ts';

/** Described in services/platform/operations.md, "Backup and restore". */
await runSuite({ name: 'restore', drills: () => [baseBackup, pointInTime, dump] });
