import type { WorkerProcess } from './worker-process.ts';

/** As many worker processes as were asked for last. */
export interface WorkerGroup<Process> {
  readonly processes: readonly Process[];
  set(count: number): Promise<void>;
}

/** @param start starts the next one; `index` from 0 */
export function createWorkerGroup<Process extends Pick<WorkerProcess, 'stop'>>(
  start: (index: number) => Promise<Process>,
): WorkerGroup<Process> {
  const processes: Process[] = [];
  return {
    processes,
    async set(count) {
      await Promise.all(processes.splice(count).map((process) => process.stop()));
      while (processes.length < count) processes.push(await start(processes.length));
    },
  };
}
