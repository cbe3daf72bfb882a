import { readFileSync } from 'node:fs';

/** Linux reports hundredths of a second in /proc, whatever the kernel uses internally. */
const TICKS_PER_SECOND = 100;

/** CPU time that a process has used, in seconds; NaN without /proc. */
export function cpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return Number.NaN;
  }
}

/**
 * Starts to measure the CPU time of processes.
 * @returns a function for the seconds used since; NaN without /proc, or if a process has ended
 */
export function meterCpu(pids: readonly number[]): () => number {
  const used = () => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const before = used();
  return () => used() - before;
}
