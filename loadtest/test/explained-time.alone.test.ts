import { explainTime } from '@aio/runtime/testing/explained-time';
import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { assertOneTree } from '@aio/runtime/testing/span-tree';
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Definition } from '../lib/definition.ts';
import { isWhole } from '../testing/assert-trace.ts';
import { readExamples, runExample } from '../testing/run-example.ts';
import { listInstances } from '../lib/instances.ts';
import { createRandomDag } from '../lib/random-dag.ts';
import { stepName } from '../lib/shapes.ts';
import { SIMULATOR_INPUT, workUrl } from '../lib/simulator-work.ts';
import { waitUntil } from '../lib/wait-until.ts';
import { factorFor, toWorkflow } from '../lib/wfformat-workflow.ts';
import { type TimedRun, type TimedStep, whereTimeWent } from '../lib/where-time-went.ts';
import { startTestSystem, type TestSystem } from '../testing/test-system.ts';
import { receiverBackend, type TraceBackend } from '../testing/trace-backend.ts';

const UNEXPLAINED = 0.05;
/** Steps take so long at least: on a busy machine, too, that is much longer than what the engine does between them. */
const LEAST_MS = 300;
const WITHIN_MS = 30_000;

interface Traced extends TimedRun {
  id: string;
  traceId: string;
  status: string;
}

test('what a run took is explained by its spans, and by its times', async (t) => {
  const backend = await receiverBackend(t);
  const system = await startTestSystem(t, {
    workers: 2,
    env: { TELEMETRY_ENABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: backend.endpoint },
  });
  await system.simulator.turn({ latencyMs: LEAST_MS, firstTokenMs: LEAST_MS });

  const examples = readExamples(system.simulator.url);
  for (const { yaml } of examples) await system.api.createWorkflow(yaml);
  for (const { workflow, inputs } of examples)
    for (const [index, input] of inputs.entries())
      await t.test(`example ${workflow} ${index}`, async (t) => {
        await requireExplained(t, system, backend, (await runExample(system, workflow, input)).id);
      });
  for (const definition of [...randomWorkflows(), ...recordedWorkflows(t)])
    await t.test(definition.name, async (t) => {
      await system.api.createWorkflow(definition);
      const input = { simulator: system.simulator.url };
      const { id } = await system.api.submitRun(definition.name, input);
      await system.api.waitForRun(id);
      await requireExplained(t, system, backend, id);
    });
});

async function requireExplained(
  t: TestContext,
  system: TestSystem,
  backend: TraceBackend,
  runId: string,
): Promise<void> {
  const run = await readRun(system, runId);
  assert.equal(run.status, 'succeeded');
  const { total, spent } = whereTimeWent(run);
  const sum = Object.values(spent).reduce((all, ms) => all + ms, 0);
  const parts = Object.entries(spent).map(([name, ms]) => `${name} ${ms}`);
  t.diagnostic(`${total} ms: ${parts.join(', ')}`);
  assert.equal(sum, total, 'its parts add up to the millisecond');
  assert.ok(
    (spent['engine'] ?? 0) <= total * UNEXPLAINED,
    `engine: ${spent['engine']} of ${total} ms`,
  );

  const isOwn = ({ name, attributes }: ReceivedSpan) =>
    name.startsWith('run ') && attributes['aio.run.id'] === runId;
  const spans = await waitUntil('the span of the run', WITHIN_MS, async () => {
    const spans = await backend.read(run.traceId);
    return spans.some(isOwn) && isWhole(spans, { runs: [run] }) ? spans : null;
  });
  assertOneTree(spans);
  const explained = explainTime(spans, spans.find(isOwn)!);
  t.diagnostic(`unexplained: ${(explained.total - explained.explained).toFixed(1)} ms`);
  assert.ok(
    explained.explained >= explained.total * (1 - UNEXPLAINED),
    `${explained.explained} of ${explained.total} ms; ${JSON.stringify(explained.gaps.slice(0, 3))}`,
  );
}

/** With the items of its maps. */
async function readRun({ apiUrl, fetch }: TestSystem, id: string): Promise<Traced> {
  const get = async (path: string) => (await fetch(`${apiUrl}/api/v1/runs/${id}${path}`)).json();
  const run = (await get('')) as Traced;
  const steps = run.steps.map(async (step): Promise<TimedStep> => {
    if (step.kind !== 'map') return step;
    const { items } = (await get(`/steps/${step.id}/items?limit=200`)) as { items: TimedStep[] };
    return { ...step, items };
  });
  return { ...run, steps: await Promise.all(steps) };
}

function randomWorkflows(): Definition[] {
  return [1, 2, 3].map((seed) => {
    const shape = createRandomDag({ seed, steps: 6 * seed });
    const steps = shape.map((parents, index) => [
      stepName(index),
      {
        type: 'http',
        needs: parents.map(stepName),
        with: { url: workUrl(LEAST_MS + ((index * 37) % 200)) },
      },
    ]);
    return {
      name: `generated-${seed}`,
      input: SIMULATOR_INPUT,
      steps: Object.fromEntries(steps) as Definition['steps'],
    };
  });
}

/** Their shortest tasks are made longer: shorter than a step of a workflow they would be none. */
function recordedWorkflows(t: TestContext): Definition[] {
  const instances = listInstances(process.env.WFINSTANCES_DIR);
  if ('missing' in instances) {
    t.diagnostic(`recorded workflows are left out: ${instances.missing}`);
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
