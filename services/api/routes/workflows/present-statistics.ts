import type { Static } from 'typebox';
import type { DayCount, LastRun } from '@aio/platform/queries/workflow-statistics';
import { isoTime } from '../../http/iso-time.ts';
import type { LastRunSchema } from './statistics-schema.ts';

/** succeeded / (succeeded + failed); null = neither. */
export function shareOf({ succeeded, failed }: { succeeded: number; failed: number }) {
  return succeeded + failed === 0 ? null : succeeded / (succeeded + failed);
}

export function presentLastRun(run: LastRun | null): Static<typeof LastRunSchema> | null {
  return run && { ...run, createdAt: isoTime(run.createdAt) };
}

export function presentDays(days: readonly DayCount[]): { day: string; runs: number }[] {
  return days.map(({ day, runs }) => ({ day: isoTime(day).slice(0, 10), runs }));
}
