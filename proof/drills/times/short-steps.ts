import { chain, SIMULATOR_INPUT, toCallWorkflow, toWorkflow } from '@aio/loadtest/workflows/shapes';
import type { Definition } from '@aio/tools/system/definition';
import type { Drill } from '../kit/drill.ts';
import { explainRun, startTraced } from './explain-run.ts';

const RUNS = 30;
/** The first runs open connections and compile code. */
const WARM_UPS = 20;
const CALL_MS = 20;
const LEAST_MS = 10;
const UNEXPLAINED = 0.05;
/** Ten of them take more than ten milliseconds of CPU. */
const BUSY = '${{ input.list.filter(a, input.list.exists(b, b == a + 1000)).size() }}';
const LIST = Array.from({ length: 80 }, (_, index) => index);

function workflows(): Definition[] {
  const inlineSteps = (name: string, value: unknown) =>
    toWorkflow(name, chain(10), { type: 'transform', with: { value } });
  const child = {
    workflow: 'calls',
    input: { simulator: '${{ input.simulator }}', list: [] },
  };
  const steps: Definition['steps'] = {
    child: { type: 'workflow', with: child },
    after: { type: 'transform', needs: ['child'], with: { value: '${{ steps.child.output }}' } },
  };
  const properties = { ...SIMULATOR_INPUT.properties, list: { type: 'array' } };
  return [
    inlineSteps('inline', true),
    inlineSteps('busy', BUSY),
    toCallWorkflow('calls', chain(5), () => CALL_MS),
    { name: 'child-call', steps },
  ].map((workflow) => ({ ...workflow, input: { ...SIMULATOR_INPUT, properties } }));
}

export const shortSteps: Drill = {
  name: 'short-steps',
  what: `runs inline steps, calls of ${CALL_MS} ms, and child runs with such calls, one after another`,
  limits: `at most 5 % of the runs of ${LEAST_MS} ms and more is unexplained by their spans`,
  alone: true,
  async run(context) {
    const { checks, progress } = context;
    const { bed, receiver } = await startTraced(context);
    const { api, simulator } = bed.system;
    const runOne = async (name: string) => {
      const { id } = await api.submitRun(name, { simulator: simulator.url, list: LIST });
      await api.waitForRun(id);
      return id;
    };
    for (const workflow of workflows()) await api.createWorkflow(workflow);
    for (const { name } of workflows()) {
      progress(name);
      for (let nth = 0; nth < WARM_UPS; nth++) await runOne(name);
      const sum = { total: 0, unexplained: 0 };
      let count = 0;
      for (let nth = 0; nth < RUNS; nth++) {
        const time = await explainRun({ api, receiver }, await runOne(name));
        checks.that(time !== null, `a run of ${name} did not succeed`);
        if (time === null || time.total < LEAST_MS) continue;
        count++;
        sum.total += time.total;
        sum.unexplained += time.unexplained;
      }
      checks.note(`${name}: ${count} runs, on average ${(sum.total / count).toFixed(1)} ms`);
      // On a fast machine, runs that evaluate nothing are shorter.
      if (name === 'inline' && count === 0) continue;
      checks.atMost(`${name} unexplained`, sum.unexplained / sum.total, UNEXPLAINED, 'share');
    }
  },
};
