/** Alerts that no drill makes fire, and why; real exporters are held to what they read by `exporters.test.ts`. */
export const WITHOUT_DRILL: Readonly<Record<string, string>> = {
  PartitionsRunOut: 'takes workers that fail for days',
  OldRunsHeld: 'takes runs that are days old',
  DiskFills: 'takes a disk of the machine for hours',
  DiskAlmostFull: 'takes a disk of the machine to its end',
  DatabaseGrows: 'takes a gigabyte, and hours',
  ExporterBlind: 'takes exporters, which not every machine has',
};
