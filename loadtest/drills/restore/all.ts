import type { Drill } from '../../lib/drill/drill.ts';
import { baseBackup } from './base-backup.ts';
import { dump } from './dump.ts';
import { pointInTime } from './point-in-time.ts';

/** Described in services/platform/operations.md, "Backup and restore". */
export const RESTORES: readonly Drill[] = [baseBackup, pointInTime, dump];
