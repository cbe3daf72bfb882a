import { test } from 'node:test';
import { baseBackup } from '../drills/restore/base-backup.ts';
import { testFault } from '../testing/test-fault.ts';

test(`${baseBackup.name}: ${baseBackup.what}`, (t) => testFault(t, baseBackup));
