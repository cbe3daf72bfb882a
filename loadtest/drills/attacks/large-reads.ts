import type { Attack, AttackContext } from './attack.ts';
import { countAnswers } from './count.ts';

const STEPS = 2_000;
const OUTPUT_LENGTH = 30_000;
const AT_ONCE = 60;

export const COMPARISONS: Attack = {
  name: 'comparisons',
  what: `a builder compares a run of ${STEPS} outputs of 30 kB with itself, ${AT_ONCE} times at once`,
  prepare: (context) => readLargeRun(context, (id) => `/runs/compare?a=${id}&b=${id}`),
};

export const LARGE_RUNS: Attack = {
  name: 'large-runs',
  what: `a builder reads a run of ${STEPS} outputs of 30 kB ${AT_ONCE} times at once`,
  prepare: (context) => readLargeRun(context, (id) => `/runs/${id}`),
};

async function readLargeRun({ open, progress }: AttackContext, pathOf: (runId: string) => string) {
  const { bed, builder } = await open();
  progress('makes a large run');
  const step = { type: 'transform' as const, with: { value: '${{ input.text }}' } };
  const steps = Array.from({ length: STEPS }, (_, index) => [`s${index}`, step] as const);
  await builder.createWorkflow({ name: 'large', steps: Object.fromEntries(steps) });
  const { id } = await builder.submitRun('large', { text: 'x'.repeat(OUTPUT_LENGTH) });
  await bed.settle();
  return () => countAnswers(AT_ONCE, () => builder.request('GET', pathOf(id)));
}
