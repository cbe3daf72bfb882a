/** What do chains, fan-outs, diamonds and recorded workflows cost? */
import { LOAD_METRICS } from '@aio/catalog/metrics/load-metrics';
import { k6Thresholds } from '@aio/slo/k6-thresholds';
import { SLOS } from '@aio/catalog/objectives/slos';
import exec from 'k6/execution';
import { SIMULATED, begin } from './kit/begin.ts';
import type { Login } from './kit/login.ts';
import { atRate, figuresBy, loadOptions } from './kit/options.ts';
import { runToEnd } from './kit/run.ts';
import { settings } from './kit/settings.ts';
import { SHAPES, asRecorded } from './kit/workflows.ts';

const workflows = [...SHAPES, ...settings.recorded.map(asRecorded)];
const names = workflows.map(({ name }) => name);
// Hundreds of steps are ready at once here, so the objective for queue time does not apply.
const { [LOAD_METRICS.queueTime]: _, ...thresholds } = k6Thresholds(SLOS);

export const options = loadOptions(
  { shapes: atRate() },
  { thresholds, figures: figuresBy('shape', names) },
);

export const setup = () => begin(workflows);

/** Submits the shapes in turn, each equally often. */
export default function shape(login: Login): void {
  const name = names[exec.scenario.iterationInTest % names.length] as string;
  runToEnd(login, name, SIMULATED, { shape: name });
}
