import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Topology } from '../lib/fault-drill/bed.ts';
import type { Fault } from '../lib/fault-drill/fault.ts';
import { describeOutcome, isPassed } from '../lib/fault-drill/report.ts';
import { runFault } from '../lib/fault-drill/run-faults.ts';
import { programFolder } from '../lib/own-servers.ts';

export const TEST_OPTIONS = {
  seed: 20_263,
  full: false,
  programDir: programFolder(process.env.AIO_DATA_DIR),
  searchPath: process.env.PATH ?? '',
  interrupted: new Promise<never>(() => {}),
};

/** Does the fault once and briefly; its figures are the test's diagnostics. */
export async function testFault(
  t: TestContext,
  fault: Fault,
  topology: Topology = 'single',
): Promise<void> {
  const outcome = await runFault(fault, { ...TEST_OPTIONS, topology });
  const lines = describeOutcome(outcome);
  for (const line of lines) t.diagnostic(line);
  if (outcome.kind === 'skipped') t.skip(outcome.reason);
  else assert.ok(isPassed(outcome), lines.join('\n'));
}
