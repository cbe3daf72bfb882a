import type { Fault } from '../../lib/fault-drill/fault.ts';
import { baseBackup } from './base-backup.ts';
import { dump } from './dump.ts';
import { pointInTime } from './point-in-time.ts';

/** In the order of the table in services/platform/README.md. */
export const RESTORES: readonly Fault[] = [baseBackup, pointInTime, dump];
