import { bundleScenario } from './bundle.ts';
import { SCENARIO_NAMES } from './scenarios.ts';

/** Whether each scenario can be made into a file for k6; exit code 1 = one cannot, and why. */
for (const name of SCENARIO_NAMES) {
  try {
    await bundleScenario(name, null);
  } catch (error) {
    process.exitCode = 1;
    console.error((error as Error).message);
  }
}
