import type { CoverageRow } from './row.ts';

/** A query that only a fault fills, and the drill that causes the fault. */
export interface FaultGap extends Pick<CoverageRow, 'where' | 'what' | 'query'> {
  /** `npm run drill -- <drill>` */
  drill: string;
}

/** All queries that may be empty in a system without faults. */
export const FILLED_BY_FAULTS: readonly FaultGap[] = [
  { where: 'processes', what: 'LeaseTakeovers', query: 'alert', drill: 'alerts' },
  { where: 'runbooks', what: 'lease-takeovers', query: 'query 1', drill: 'alerts' },
  {
    where: 'aio-queue-workers',
    what: 'Workers lost',
    query: '{{worker}} taken over by',
    drill: 'alerts',
  },
  { where: 'upkeep', what: 'BackupTooOld', query: 'alert', drill: 'alerts' },
  { where: 'runbooks', what: 'backup-too-old', query: 'query 1', drill: 'alerts' },
  { where: 'aio-runtime', what: 'Age of the backup', query: '{{way}}', drill: 'alerts' },
  { where: 'upkeep', what: 'CertificateExpires', query: 'alert', drill: 'alerts' },
  { where: 'runbooks', what: 'certificate-expires', query: 'query 1', drill: 'alerts' },
  { where: 'aio-runtime', what: 'Certificates', query: '{{endpoint}}', drill: 'alerts' },
];

/** Whether the list allows the row to be empty. A query error is never allowed. */
export function isDeclared(
  row: CoverageRow,
  declared: readonly FaultGap[] = FILLED_BY_FAULTS,
): boolean {
  return (
    !row.gap?.startsWith('query error') &&
    declared.some(
      ({ where, what, query }) => row.where === where && row.what === what && row.query === query,
    )
  );
}
