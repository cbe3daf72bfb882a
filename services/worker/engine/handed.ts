import type { HeldRun } from './held-run.ts';
import type { Unit } from './unit.ts';

/** Marks a unit as offered to other workers, or executed by one. */
export function handOut(run: HeldRun, unit: Unit, chunkId: string | null, handedAt: number): void {
  unit.handed = true;
  unit.chunkId = chunkId;
  unit.handedAt = handedAt;
  run.handed.add(unit);
}

/** The unit is this worker's own again. */
export function takeBack(run: HeldRun, unit: Unit): void {
  unit.handed = false;
  run.handed.delete(unit);
  run.busy--;
}
