import { test } from 'node:test';
import { baseBackup } from '../drills/restore/base-backup.ts';
import { testDrill } from '../testing/test-drill.ts';

test(`${baseBackup.name}: ${baseBackup.what}`, (t) => testDrill(t, baseBackup));
