import type { Step } from '../../shared/api.ts';
import { firstTokenMs, segmentsOf, type Segment } from './segments.ts';

/** Marks of the legend, in order. */
export const MARKS = [
  'queue',
  'firstToken',
  'succeeded',
  'running',
  'failed',
  'cancelled',
  'wait',
  'backoff',
] as const;
export type Mark = (typeof MARKS)[number];

/** The marks that the bars of these steps use. */
export function drawnMarks(steps: Iterable<Step>): ReadonlySet<Mark> {
  const marks = new Set<Mark>();
  for (const step of steps) {
    for (const segment of segmentsOf(step, Infinity)) {
      marks.add(markOf(segment));
      if (firstTokenMs(segment) !== null) marks.add('firstToken');
    }
  }
  return marks;
}

function markOf({ phase, status, isOpen }: Segment): Mark {
  if (phase !== 'execution') return phase;
  if (isOpen || status === 'running') return 'running';
  if (status === 'failed' || status === 'worker_lost') return 'failed';
  return status === 'succeeded' ? 'succeeded' : 'cancelled';
}

/** When the step would end at its P95, in epoch ms; null = no mark. */
export function usualEndMs(step: Step, usual: { p95: number } | undefined): number | null {
  if (!usual || !step.startedAt || step.awaits !== null) return null;
  return Date.parse(step.startedAt) + usual.p95;
}
