import { CALL_FAULTS } from './calls.ts';
import type { Fault } from './fault.ts';
import { WORKER_FAULTS } from './processes.ts';
import { SERVER_FAULTS } from './servers.ts';

/** The faults of game days, in the order of a list for people. Alert drills cause them, too. */
export const FAULTS: readonly Fault[] = [...CALL_FAULTS, ...WORKER_FAULTS, ...SERVER_FAULTS];

/** @throws Error for an unknown name */
export function findFault(name: string): Fault {
  const found = FAULTS.find((fault) => fault.name === name);
  if (!found)
    throw new Error(`no fault ${name}; there are ${FAULTS.map((one) => one.name).join(', ')}`);
  return found;
}
