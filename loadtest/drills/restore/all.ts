import type { Fault } from '../../lib/fault-drill/fault.ts';
import { baseBackup } from './base-backup.ts';
import { dump } from './dump.ts';
import { pointInTime } from './point-in-time.ts';

/** Described in services/platform/operations.md, "Backup and restore". */
export const RESTORES: readonly Fault[] = [baseBackup, pointInTime, dump];
