import { cpuSeconds } from '../../lib/cpu-time.ts';

/**
 * Starts to measure the CPU time of processes.
 * @returns a function for the seconds used since. It leaves out processes that have ended, and counts processes that
 * only `now` lists from their start. NaN without /proc, or if all have ended.
 */
export function meterCpu(pids: readonly number[]): (now?: readonly number[]) => number {
  const before = new Map(pids.map((pid) => [pid, cpuSeconds(pid)]));
  return (now = pids) => {
    if (Number.isNaN(cpuSeconds(process.pid))) return Number.NaN;
    const used = now
      .map((pid) => cpuSeconds(pid) - (before.get(pid) ?? 0))
      .filter((seconds) => !Number.isNaN(seconds));
    if (now.length > 0 && used.length === 0) return Number.NaN;
    return used.reduce((sum, seconds) => sum + seconds, 0);
  };
}
