import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Topology } from '../lib/drill/bed.ts';
import type { Drill } from '../lib/drill/drill.ts';
import { describeOutcome, isPassed } from '../lib/drill/report.ts';
import { runDrill } from '../lib/drill/run-drills.ts';
import { programFolder } from '../lib/own-servers.ts';

export const TEST_OPTIONS = {
  seed: 20_263,
  full: false,
  programDir: programFolder(process.env.AIO_DATA_DIR),
  searchPath: process.env.PATH ?? '',
  interrupted: new Promise<never>(() => {}),
};

/** Runs the short form of the drill once. Its figures are the test's diagnostics. */
export async function testDrill(
  t: TestContext,
  drill: Drill,
  topology: Topology = 'single',
): Promise<void> {
  const outcome = await runDrill(drill, { ...TEST_OPTIONS, topology });
  const lines = describeOutcome(outcome);
  for (const line of lines) t.diagnostic(line);
  if (outcome.kind === 'skipped') t.skip(outcome.reason);
  else assert.ok(isPassed(outcome), lines.join('\n'));
}
