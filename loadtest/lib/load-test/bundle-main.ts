import { bundleScenario } from './bundle.ts';
import { SCENARIO_NAMES } from './scenarios.ts';

/** Checks that every scenario can be bundled. Exit code 1 = one cannot; it prints the reason. */
for (const name of SCENARIO_NAMES) {
  try {
    await bundleScenario(name, null);
  } catch (error) {
    process.exitCode = 1;
    console.error((error as Error).message);
  }
}
