import type { Fault } from '@aio/core/errors';

/** The same faults, seen from where the value they are about lies at `pointer`. */
export function below(pointer: string, faults: readonly Fault[]): Fault[] {
  return faults.map((fault) => ({ ...fault, pointer: `${pointer}${fault.pointer}` }));
}
