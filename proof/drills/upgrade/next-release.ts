import { join } from 'node:path';
import type { Drill } from '../kit/drill.ts';
import { findNewestMigration, makeNextEdition, readEdition } from '../../bed/edition.ts';
import { upgradeUnderLoad } from './upgrade-under-load.ts';

/** One migration of each kind, on the tables that AIO writes most. */
const EXPANDING = [
  [
    'columns',
    `alter table runs add column drill_note text not null default '';
alter table steps add column drill_weight integer;
alter table steps add constraint drill_weight check (drill_weight >= 0) not valid;
create table drill_notes (run_id uuid primary key, note text not null);`,
  ],
  ['index', 'create index concurrently if not exists drill_notes on runs (drill_note, id);'],
  ['check', 'alter table steps validate constraint drill_weight;'],
] as const;

export const nextRelease: Drill = {
  name: 'next-release',
  what: 'upgrades to the same code with three more migrations (columns, an index, a constraint): migrates under load while a long report reads, then replaces every process in turn (full: one worker back and forth)',
  limits:
    'every request answered 202 or 200; LOST 0, DUP 0, FX <= 2; old and new processes work at the same time',
  run(context) {
    const newest = Number.parseInt(findNewestMigration(), 10);
    const number = (value: number) => String(value).padStart(4, '0');
    const migrations = EXPANDING.map(([name, sql], index) => [
      `${number(newest + 1 + index)}_drill_${name}.sql`,
      `-- works with code from ${number(newest)}\n${sql}\n`,
    ]);
    const dataDir = context.makeFolder('upgrade');
    return upgradeUnderLoad(context, {
      dataDir,
      old: readEdition(),
      next: makeNextEdition(join(dataDir, 'next'), Object.fromEntries(migrations)),
      oldStartsAgain: true,
    });
  },
};
