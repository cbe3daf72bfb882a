import { readFileSync } from 'node:fs';

/** Peak resident memory of a process in MB; NaN without /proc. */
export function peakMemoryMb(pid: number): number {
  return readMb(pid, 'VmHWM');
}

/** Current resident memory of a process in MB; NaN without /proc. */
export function memoryMb(pid: number): number {
  return readMb(pid, 'VmRSS');
}

function readMb(pid: number, field: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}
