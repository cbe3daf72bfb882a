/** Alerts without a drill, and the reason. `exporters.test.ts` checks their metrics with real exporters. */
export const WITHOUT_DRILL: Readonly<Record<string, string>> = {
  PartitionsRunOut: 'needs workers that fail for days',
  OldRunsHeld: 'needs runs that are days old',
  DiskFills: 'would write to a disk of this machine for hours',
  DiskAlmostFull: 'would fill a disk of this machine',
  DatabaseGrows: 'needs a gigabyte and hours',
  ExporterBlind: 'needs exporters, which not every machine has',
};
