import type { Drill } from '../drills/kit/drill.ts';
import { peakMemoryMb } from '../bed/memory.ts';
import { readStep } from '../oracles/rows.ts';
import { startHttpServer } from '@aio/tools/testing/http-server';

const MEMORY_LIMIT_MB = 512;
/** A sibling that takes longer was blocked by a hostile step in its process. */
const SIBLING_LIMIT_MS = 3000;
const items = (count: number) => Array.from({ length: count }, (_, index) => index);
const INPUT = { items: items(100), text: 'x'.repeat(10_000) };

/** Each hostile step and its expected error code. The drill `poison` covers a step that kills its process. */
const HOSTILE = {
  endless: { type: 'http', path: '/endless', code: 'response_too_large' },
  huge: { type: 'http', path: '/work?bytes=18000000', code: 'response_too_large' },
  loops: {
    type: 'transform',
    value: loop(['a', 'b', 'c', 'd'], 'a + b + c + d'),
    code: 'expression_limit',
  },
  grows: { type: 'transform', value: loop(['a', 'b'], 'input.text'), code: 'expression_limit' },
} as const;

export const hostileSteps: Drill = {
  name: 'hostile-steps',
  what: 'a response body without end, one of 18 MB, and expressions that loop or grow without end',
  limits: 'each fails with a typed error; siblings succeed within 3 s; < 512 MB per worker',
  async run({ checks, full, startBed, defer, progress }) {
    const bed = await startBed();
    // Not the simulator: it is busy with endless answers, and siblings would measure that.
    const quick = await startHttpServer((_, response) => setTimeout(() => response.end(), 50));
    defer(quick.close);
    const { simulator } = bed.system;
    const hostile = Object.entries(HOSTILE).map(([name, step]) => {
      const work =
        step.type === 'http'
          ? ({ type: 'http', with: { url: simulator.url + step.path } } as const)
          : ({ type: 'transform', with: { value: step.value } } as const);
      return [name, { ...work, onFailure: 'continue' as const }] as const;
    });
    const sibling = { type: 'http', with: { url: quick.url } } as const;
    const workflow = await bed.createWorkflow('hostile', {
      ...Object.fromEntries(hostile),
      sibling,
      after: { ...sibling, needs: [...Object.keys(HOSTILE), 'sibling'], join: 'all_settled' },
    });
    progress('runs them');
    const runs: string[] = [];
    for (let index = 0; index < (full ? 50 : 5); index++)
      runs.push(await bed.submit(workflow, INPUT));
    await bed.settle();
    let slowestMs = 0;
    for (const run of runs) {
      for (const [name, { code }] of Object.entries(HOSTILE)) {
        const step = await readStep(bed, run, name);
        checks.that(
          step?.status === 'failed' && step.error?.code === code,
          `${name} ended as ${step?.status} ${step?.error?.code}, not ${code}`,
        );
      }
      for (const name of ['sibling', 'after']) {
        const step = await readStep(bed, run, name);
        checks.that(step?.status === 'succeeded', `${name} is ${step?.status}`);
        slowestMs = Math.max(slowestMs, (step?.finishedAt ?? Infinity) - (step?.startedAt ?? 0));
      }
    }
    checks.atMost('slowest sibling', slowestMs / 1000, SIBLING_LIMIT_MS / 1000, 's');
    const peaks = bed.system.workers.map(({ pid }) => peakMemoryMb(pid));
    checks.atMost('memory of a worker', Math.max(...peaks), MEMORY_LIMIT_MB, 'MB');
    checks.rows(await bed.judge(), { fx: 1 });
  },
};

/** Nested loops over the items, one per name. */
function loop(names: readonly string[], inner: string): string {
  const nested = names.reduceRight((body, name) => `input.items.map(${name}, ${body})`, inner);
  return `\${{ ${nested} }}`;
}
