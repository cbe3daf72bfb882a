import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../process/process-identity.ts';
import type { RecordedPart } from './run-record.ts';

/**
 * Stops what a killed start left running, in reverse order. After the grace time, it kills the process's whole group.
 */
export async function clearLeftovers(
  leftovers: readonly RecordedPart[],
  graceMs = 15_000,
): Promise<void> {
  for (const part of leftovers.toReversed()) {
    if (!isAlive(part)) continue;
    signal(part.pid, part.stopSignal);
    const deadline = Date.now() + graceMs;
    while (isAlive(part) && Date.now() < deadline) await sleep(50);
    signal(-part.pid, 'SIGKILL');
    while (isAlive(part)) await sleep(20);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
