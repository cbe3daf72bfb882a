import { explainTime } from '@aio/runtime/testing/explained-time';
import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { assertOneTree } from '@aio/runtime/testing/span-tree';
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Definition } from '../lib/definition.ts';
import { isWhole } from '../testing/assert-trace.ts';
import { readExamples, runExample } from '../testing/run-example.ts';
import { factorFor, listInstances, toWorkflow } from '../lib/wfformat.ts';
import { createRandomDag } from '../lib/random-dag.ts';
import { toCallWorkflow } from '../lib/shapes.ts';
import { waitUntil } from '../lib/wait-until.ts';
import { startTestSystem, type TestSystem } from '../testing/test-system.ts';
import { receiverBackend, type TraceBackend } from '../testing/trace-backend.ts';

const UNEXPLAINED = 0.05;
/** Least time of a step. Even on a busy machine, the engine needs much less between steps. */
const LEAST_MS = 300;
const WITHIN_MS = 30_000;
/** The runs mostly wait. */
const AT_ONCE = 2;

interface Traced {
  id: string;
  traceId: string;
  status: string;
  steps: { id: string; kind: string; attempts: unknown[] }[];
}

/** The answer of `GET /runs/{id}/time`. */
interface RunTime {
  isOver: boolean;
  from: string;
  to: string;
  totalMs: number;
  byClass: Record<string, number>;
  path: { step: string; stretches: { class: string; from: string; to: string }[] }[];
  decisions: { step: string; decision: string; by: string | null }[];
}

test('spans and times explain the duration of a run', { concurrency: AT_ONCE }, async (t) => {
  const backend = await receiverBackend(t);
  const system = await startTestSystem(t, {
    workers: 2,
    env: { TELEMETRY_ENABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: backend.endpoint },
  });
  await system.simulator.turn({ latencyMs: LEAST_MS, firstTokenMs: LEAST_MS });

  const examples = readExamples(system.simulator.url);
  for (const { yaml } of examples) await system.api.createWorkflow(yaml);
  const exampleTests = examples.flatMap(({ workflow, inputs }) =>
    inputs.map((input, index) =>
      t.test(`example ${workflow} ${index}`, async (t) => {
        await requireExplained(t, system, backend, (await runExample(system, workflow, input)).id);
      }),
    ),
  );
  const definitionTests = [...randomWorkflows(), ...recordedWorkflows(t)].map((definition) =>
    t.test(definition.name, async (t) => {
      await system.api.createWorkflow(definition);
      const input = { simulator: system.simulator.url };
      const { id } = await system.api.submitRun(definition.name, input);
      await system.api.waitForRun(id);
      await requireExplained(t, system, backend, id);
    }),
  );
  await Promise.all([...exampleTests, ...definitionTests]);
});

async function requireExplained(
  t: TestContext,
  system: TestSystem,
  backend: TraceBackend,
  runId: string,
): Promise<void> {
  const run = await system.api.get<Traced>(`/runs/${runId}`);
  assert.equal(run.status, 'succeeded');
  const time = await system.api.get<RunTime>(`/runs/${runId}/time`);
  const { totalMs, byClass } = time;
  const parts = Object.entries(byClass).map(([name, ms]) => `${name} ${ms}`);
  t.diagnostic(`${totalMs} ms: ${parts.join(', ')}`);
  const sum = Object.values(byClass).reduce((all, ms) => all + ms, 0);
  assert.equal(sum, totalMs, 'the parts add up to the millisecond');
  assert.ok(
    (byClass['engine'] ?? 0) <= totalMs * UNEXPLAINED,
    `engine: ${byClass['engine']} of ${totalMs} ms`,
  );
  requireOneWay(time);
  const approvals = run.steps.filter(({ kind }) => kind === 'approval').map(({ id }) => id);
  for (const { step, decision, by } of time.decisions)
    assert.ok(approvals.includes(step) && decision === 'approved' && by !== null, step);

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

/** Asserts that the stretches follow one another and stay within the run. */
function requireOneWay({ isOver, from, to, path }: RunTime): void {
  assert.ok(isOver);
  const moments = path.flatMap(({ stretches }) =>
    stretches.flatMap((one) => [Date.parse(one.from), Date.parse(one.to)]),
  );
  assert.ok(moments.length > 0);
  assert.deepEqual(
    [Date.parse(from), ...moments, Date.parse(to)],
    [Date.parse(from), ...moments, Date.parse(to)].toSorted((a, b) => a - b),
  );
}

function randomWorkflows(): Definition[] {
  return [1, 2, 3].map((seed) => {
    const shape = createRandomDag({ seed, steps: 6 * seed });
    return toCallWorkflow(`generated-${seed}`, shape, (at) => LEAST_MS + ((at * 37) % 200));
  });
}

/** Lengthens the shortest tasks, which are shorter than real steps. */
function recordedWorkflows(t: TestContext): Definition[] {
  const instances = listInstances(process.env.WFINSTANCES_DIR);
  if ('missing' in instances) {
    t.diagnostic(`skips recorded workflows: ${instances.missing}`);
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
