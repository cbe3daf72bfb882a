import { readFileSync } from 'node:fs';

/** Linux reports hundredths of a second in /proc, whatever the kernel uses internally. */
const TICKS_PER_SECOND = 100;

/** CPU time that a process has used, in seconds; NaN without /proc. */
export function cpuSeconds(pid: number): number {
  return readTimes(pid).own;
}

/**
 * Starts to measure the CPU time of processes and their children, such as the backends of PostgreSQL.
 * @returns a function for the seconds used since; NaN without /proc, or if a process has ended
 */
export function meterCpu(pids: readonly number[]): () => number {
  const used = () => pids.reduce((sum, pid) => sum + familySeconds(pid), 0);
  const before = used();
  return () => used() - before;
}

function familySeconds(pid: number): number {
  const alive = readChildren(pid).map(cpuSeconds);
  const { own, endedChildren } = readTimes(pid);
  // NaN: the child ended a moment ago. Its time is in `endedChildren`.
  return alive.reduce((sum, one) => sum + (Number.isNaN(one) ? 0 : one), own + endedChildren);
}

/** Seconds of a process, and of children that have ended; NaN without /proc. */
function readTimes(pid: number): { own: number; endedChildren: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const seconds = (index: number) =>
      (Number(fields[index]) + Number(fields[index + 1])) / TICKS_PER_SECOND;
    return { own: seconds(11), endedChildren: seconds(13) };
  } catch {
    return { own: Number.NaN, endedChildren: Number.NaN };
  }
}

/** Children that the main thread started. */
function readChildren(pid: number): number[] {
  try {
    const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return pids.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
