import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second for programs, whatever the kernel uses. */
const TICKS_PER_SECOND = 100;

/** CPU time that a process has used so far, in seconds; NaN where /proc does not say. */
export function cpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return Number.NaN;
  }
}
