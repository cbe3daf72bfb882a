import { readFileSync } from 'node:fs';

/** The most memory that a process had resident so far, in MB; NaN where /proc does not say. */
export function peakMemoryMb(pid: number): number {
  return readMb(pid, 'VmHWM');
}

/** What it has resident now, in MB. */
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
