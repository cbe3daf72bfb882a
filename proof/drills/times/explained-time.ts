import type { ApiClient } from '@aio/tools/system/client';
import type { Definition } from '@aio/tools/system/definition';
import type { Drill } from '../kit/drill.ts';
import { createRandomDag } from '@aio/loadtest/workflows/random-dag';
import { toCallWorkflow } from '@aio/loadtest/workflows/shapes';
import { factorFor, listInstances, toWorkflow } from '@aio/loadtest/workflows/wfformat';
import { readExamples, runExample } from '../../testing/run-example.ts';
import { explainRun, startTraced } from './explain-run.ts';

const UNEXPLAINED = 0.05;
/** Least time of a step. Even on a busy machine, the engine needs much less between steps. */
const LEAST_MS = 300;

/** The answer of `GET /runs/{id}/time`. */
interface RunTime {
  from: string;
  to: string;
  totalMs: number;
  byClass: Record<string, number>;
  path: { step: string; readyAt: string }[];
}

/** @param folder of recorded workflows: value of WFINSTANCES_DIR */
export const createExplainedTime = (folder: string | undefined): Drill => ({
  name: 'explained-time',
  what: 'runs examples, generated and recorded workflows with steps of at least 300 ms, one after another',
  limits:
    'at most 5 % of a run is unexplained by its spans, or the engine’s time; parts add up to the millisecond',
  alone: true,
  async run(context) {
    const { checks, progress } = context;
    const { bed, receiver } = await startTraced(context);
    const { api, simulator } = bed.system;
    await simulator.turn({ latencyMs: LEAST_MS, firstTokenMs: LEAST_MS });
    const most = { engine: 0, unexplained: 0 };

    async function explain(name: string, runId: string): Promise<void> {
      const time = await explainRun({ api, receiver }, runId);
      checks.that(time !== null, `${name} did not succeed`);
      if (time === null) return;
      const { isInOrder, engine, sums } = await readTime(api, runId);
      checks.that(isInOrder, `${name}: the critical path goes back in time`);
      checks.that(sums, `${name}: the parts do not add up`);
      const { total, unexplained } = time;
      most.engine = Math.max(most.engine, engine);
      most.unexplained = Math.max(most.unexplained, unexplained / total);
      checks.that(unexplained / total <= UNEXPLAINED, `${name}: ${unexplained} ms are unexplained`);
    }

    const examples = readExamples(simulator.url);
    for (const { yaml } of examples) await api.createWorkflow(yaml);
    for (const { workflow, inputs } of examples)
      for (const input of inputs) {
        progress(workflow);
        await explain(workflow, (await runExample(bed.system, workflow, input)).id);
      }
    for (const definition of [...randomWorkflows(), ...recordedWorkflows(folder, checks.note)]) {
      progress(definition.name);
      await api.createWorkflow(definition);
      const { id } = await api.submitRun(definition.name, { simulator: simulator.url });
      await api.waitForRun(id);
      await explain(definition.name, id);
    }
    checks.atMost('engine', most.engine, UNEXPLAINED, 'share');
    checks.atMost('unexplained', most.unexplained, UNEXPLAINED, 'share');
  },
});

async function readTime(api: ApiClient, runId: string) {
  const { from, to, totalMs, byClass, path } = await api.get<RunTime>(`/runs/${runId}/time`);
  const moments = [from, ...path.map(({ readyAt }) => readyAt), to].map(Date.parse);
  return {
    isInOrder: moments.every((moment, index) => index === 0 || moments[index - 1]! <= moment),
    engine: (byClass['engine'] ?? 0) / totalMs,
    sums: Object.values(byClass).reduce((all, ms) => all + ms, 0) === totalMs,
  };
}

function randomWorkflows(): Definition[] {
  return [1, 2, 3].map((seed) => {
    const shape = createRandomDag({ seed, steps: 6 * seed });
    return toCallWorkflow(`generated-${seed}`, shape, (at) => LEAST_MS + ((at * 37) % 200));
  });
}

/** Lengthens the shortest tasks, which are shorter than real steps. */
function recordedWorkflows(folder: string | undefined, note: (text: string) => void): Definition[] {
  const instances = listInstances(folder);
  if ('missing' in instances) {
    note(`no recorded workflows: ${instances.missing}`);
    return [];
  }
  return instances.files.map((file) => {
    const instance = file.read();
    const factor = factorFor(instance, 1000);
    const tasks = instance.tasks.map((task) => ({
      ...task,
      runtimeMs: Math.max(task.runtimeMs, LEAST_MS * factor),
    }));
    return toWorkflow({ ...instance, tasks }, factor);
  });
}
